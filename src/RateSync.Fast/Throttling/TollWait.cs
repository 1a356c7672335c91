using System.Runtime.CompilerServices;

namespace RateSync.Fast.Throttling;

/// <summary>
/// Payments that <see cref="System.IO.Pipelines.PipeReader.CancelPendingRead"/> and its like can end from another thread, without an
/// exception.
/// One payment at a time.
/// </summary>
/// <param name="toll">Takes the payments.</param>
/// <param name="keepsCancellations">
/// Whether a cancellation that comes while nothing goes on ends the next payment and no more; otherwise the pipe is told as well, and
/// shows it.
/// </param>
#pragma warning disable CA1001 // A source without a timer holds nothing that needs disposal.
internal sealed class TollWait(ByteToll toll, bool keepsCancellations)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private bool _isPaying;
    private bool _isCancelled;

    // Paid, and now the pipe is at work: only where cancellations are kept.
    private bool _isPassing;

    // A cancellation that came while nothing went on; until the next payment or, where the pipe was told, until the pipe shows it.
    private bool _isOwed;

    /// <summary>Ends the payment that waits, or the next one.</summary>
    /// <returns>False if the pipe itself has to be cancelled.</returns>
    public bool TryCancel()
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (!_isPaying)
            {
                _isOwed |= !_isPassing;
                return keepsCancellations && !_isPassing;
            }

            _isCancelled = true;
            source = _source;
        }

        source.Cancel();
        return true;
    }

    /// <summary>The pipe has shown the cancellation that it was told of.</summary>
    public void PipeWasCancelled()
    {
        lock (_gate)
        {
            _isOwed = false;
        }
    }

    /// <summary>The pipe goes to work without a payment.</summary>
    /// <returns>False if a cancellation was waiting for that; it is done with then.</returns>
    public bool TryPass()
    {
        lock (_gate)
        {
            _isPassing = !_isOwed;
            _isOwed = false;
            return _isPassing;
        }
    }

    /// <summary>The pipe's work after the payment has ended.</summary>
    public void Passed()
    {
        lock (_gate)
        {
            _isPassing = false;
        }
    }

    /// <summary>Waits until so many bytes are paid for.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public ValueTask<TollEnd> PayAsync(int bytes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TollEnd>(cancellationToken);
        }

        CancellationTokenSource source;
        lock (_gate)
        {
            _isPassing = false;
            if (_isOwed)
            {
                _isOwed = !keepsCancellations;
                return new(keepsCancellations ? TollEnd.Cancelled : TollEnd.AskPipe);
            }

            if (_source.IsCancellationRequested)
            {
                _source = new CancellationTokenSource();
            }

            source = _source;
            _isPaying = true;
            _isCancelled = false;
        }

        ValueTask payment = toll.PayAsync(bytes, source.Token);
        if (!payment.IsCompletedSuccessfully)
        {
            return FinishAsync(payment, source, cancellationToken);
        }

        payment.GetAwaiter().GetResult();
        return new(End(isPaid: true));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TollEnd> FinishAsync(ValueTask payment, CancellationTokenSource source, CancellationToken cancellationToken)
    {
        try
        {
            using (cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source))
            {
                await payment.ConfigureAwait(false);
            }

            return End(isPaid: true);
        }
        catch (OperationCanceledException exception)
        {
            return End(isPaid: false) == TollEnd.Cancelled
                ? TollEnd.Cancelled
                : throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch
        {
            End(isPaid: false);
            throw;
        }
    }

    private TollEnd End(bool isPaid)
    {
        lock (_gate)
        {
            _isPaying = false;
            _isPassing = keepsCancellations && isPaid;
            return isPaid
                ? _isCancelled ? TollEnd.PaidAndCancelled : TollEnd.Paid
                : _isCancelled ? TollEnd.Cancelled : TollEnd.Refused;
        }
    }
}
