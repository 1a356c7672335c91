using System.Runtime.CompilerServices;

namespace RateSync.Fast.Throttling;

/// <summary>Takes a permit for each byte, some bytes at a time.</summary>
internal sealed class ByteToll(Limiter limiter)
{
    /// <summary>
    /// The most bytes to pay for at once, 1 or more. Half of what the limiter can grant: what comes in while a payer waits for the
    /// other half, or is woken late, is then still saved and not lost. Asked anew each time, as limits may be changed.
    /// </summary>
    public int Piece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)Math.Clamp(limiter.Limit / 2, 1, int.MaxValue);
    }

    public bool TryPay(int bytes)
    {
        if (!limiter.TryAcquire(out Permit permit, bytes))
        {
            return false;
        }

        permit.Dispose();
        return true;
    }

    /// <summary>Waits until the bytes are paid for. All that can go wrong is in the task: callers have things to put in order
    /// first.</summary>
    public ValueTask PayAsync(int bytes, CancellationToken cancellationToken)
    {
        ValueTask<Permit> payment;
        try
        {
            payment = limiter.AcquireAsync(bytes, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }

        if (!payment.IsCompletedSuccessfully)
        {
            return GiveBackAsync(payment);
        }

        payment.Result.Dispose();
        return default;
    }

    /// <summary>Blocks until the bytes are paid for.</summary>
    public void Pay(int bytes)
    {
        ValueTask<Permit> payment = limiter.AcquireAsync(bytes);
#pragma warning disable VSTHRD002 // A caller who wants no blocking calls what ends in Async. Continuations need no thread of the caller's.
        Permit permit = payment.IsCompleted ? payment.Result : payment.AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        permit.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask GiveBackAsync(ValueTask<Permit> payment) => (await payment.ConfigureAwait(false)).Dispose();
}
