namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>Bytes whose values say where they stand.</summary>
internal static class Bytes
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static byte[] Make(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 31 + (i >> 8));
        }

        return bytes;
    }

    /// <summary>Fails instead of hanging where something never ends.</summary>
    public static Task<T> Ends<T>(Task<T> task) => task.WaitAsync(s_patience);

    public static Task Ends(Task task) => task.WaitAsync(s_patience);

    /// <summary>The result of a call that does not wait.</summary>
    public static T Now<T>(ValueTask<T> call) => call.IsCompleted ? call.Result : throw new InvalidOperationException("It waits.");

    /// <inheritdoc cref="Now{T}(ValueTask{T})"/>
    public static void Now(ValueTask call)
    {
        if (!call.IsCompleted)
        {
            throw new InvalidOperationException("It waits.");
        }

        call.GetAwaiter().GetResult();
    }
}
