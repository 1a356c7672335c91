using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>One call that waits, and its links in the line. All fields belong to the face's lock.</summary>
internal sealed class Waiter(LimiterFace face, int permits)
    : TaskCompletionSource<RateLimitLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Waiter? Older;
    public Waiter? Newer;
    public bool IsInLine;
    public CancellationTokenRegistration Registration;

    /// <summary>What asks the limiter for this waiter, where each has its own.</summary>
    public Ask? Ask;

    public LimiterFace Face => face;

    public int Permits => permits;
}
