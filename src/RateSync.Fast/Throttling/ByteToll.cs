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
        try
        {
            if (!limiter.TryAcquire(out Permit permit, bytes))
            {
                return false;
            }

            permit.Dispose();
            return true;
        }
        catch (ArgumentOutOfRangeException) when (bytes > limiter.Limit)
        {
            // Lowered in between.
            return false;
        }
    }

    /// <summary>Waits until the bytes are paid for. All that can go wrong is in the task: callers have things to put in order
    /// first.</summary>
    public ValueTask PayAsync(int bytes, CancellationToken cancellationToken)
    {
        ValueTask<Permit> payment = AskAsync(bytes, cancellationToken);
        if (!payment.IsCompletedSuccessfully)
        {
            return WaitAsync(payment, bytes, cancellationToken);
        }

        payment.Result.Dispose();
        return default;
    }

    /// <summary>Blocks until the bytes are paid for.</summary>
    public void Pay(int bytes)
    {
        ValueTask payment = PayAsync(bytes, CancellationToken.None);
#pragma warning disable VSTHRD002 // A caller who wants no blocking calls what ends in Async. Continuations need no thread of the caller's.
        if (payment.IsCompleted)
        {
            payment.GetAwaiter().GetResult();
        }
        else
        {
            payment.AsTask().GetAwaiter().GetResult();
        }
#pragma warning restore VSTHRD002
    }

    private ValueTask<Permit> AskAsync(int bytes, CancellationToken cancellationToken)
    {
        try
        {
            return limiter.AcquireAsync(bytes, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<Permit>(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(ValueTask<Permit> payment, int bytes, CancellationToken cancellationToken)
    {
        int piece = bytes;
        while (true)
        {
            try
            {
                (await payment.ConfigureAwait(false)).Dispose();
                bytes -= piece;
            }
            catch (Exception exception) when (piece > 1 && IsLowered(exception, piece))
            {
                // Smaller each time, whatever the limiter says of itself.
                piece /= 2;
            }

            if (bytes == 0)
            {
                return;
            }

            // A wait that ends here, by cancellation or an error, has paid for some bytes and passes none: too little, never too much.
            piece = Math.Min(bytes, Math.Min(piece, Piece));
            payment = AskAsync(piece, cancellationToken);
        }
    }

    /// <summary>Whether so many bytes can never be had any more, as the limit has been lowered since they were asked for.</summary>
    private bool IsLowered(Exception exception, int bytes) => exception switch
    {
        RateLimitRejectedException { Decision.Reason: RefusalReason.LimitLowered } => true,
        ArgumentOutOfRangeException => bytes > limiter.Limit,
        _ => false,
    };
}
