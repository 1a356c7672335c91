namespace RateSync.Fast.Tool;

/// <summary>What the process answers with.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>The command was carried out, and the answer is no.</summary>
    public const int No = 1;

    /// <summary>The command could not be carried out: it was used wrongly, or something it needs is not there.</summary>
    public const int Misuse = 2;
}
