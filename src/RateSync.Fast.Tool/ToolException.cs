namespace RateSync.Fast.Tool;

/// <summary>Why a command cannot be carried out, in words for whoever has typed it.</summary>
internal sealed class ToolException : Exception
{
    public ToolException(string message)
        : base(message)
    {
    }

    public ToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
