using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Throttling;

/// <summary>
/// Shows a prefix of what the pipe underneath holds: the bytes that are paid for. One reader at a time, as with every pipe; only
/// <see cref="CancelPendingRead"/> may come from elsewhere.
/// </summary>
internal sealed class ThrottledPipeReader(PipeReader inner, ByteToll toll) : PipeReader
{
    private readonly TollWait _wait = new(toll, keepsCancellations: false);

    // What the last read showed: its first byte is the first unconsumed one.
    private ReadOnlySequence<byte> _shown;

    // Bytes from the first unconsumed one on that are paid for, and that the caller has examined. Examined is never more than paid.
    private long _paid;
    private long _examined;

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out ReadResult read))
        {
            result = default;
            return false;
        }

        if (TryShow(read, out result))
        {
            return true;
        }

        int price = Price(read.Buffer.Length);
        bool isPaid = false;
        try
        {
            isPaid = toll.TryPay(price);
        }
        finally
        {
            if (!isPaid)
            {
                HandBack(read.Buffer);
            }
        }

        if (isPaid)
        {
            _paid += price;
            result = Show(read, isCanceled: false);
        }

        return isPaid;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> pending = inner.ReadAsync(cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return ReadThenPayAsync(pending, cancellationToken);
        }

        ReadResult read = pending.Result;
        if (TryShow(read, out ReadResult result))
        {
            return new(result);
        }

        int price = Price(read.Buffer.Length);
        ValueTask<TollEnd> payment = _wait.PayAsync(price, cancellationToken);
        if (!payment.IsCompletedSuccessfully)
        {
            return PayAsync(read, price, payment, cancellationToken);
        }

        TollEnd end = payment.Result;
        if (end == TollEnd.Paid)
        {
            _paid += price;
            return new(Show(read, isCanceled: false));
        }

        return PayAsync(read, price, new(end), cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long start = _shown.GetOffset(_shown.Start);
        long eaten = _shown.GetOffset(consumed) - start;
        long seen = _shown.GetOffset(examined) - start;

        // Throws if they make no sense, and what was shown stands.
        inner.AdvanceTo(consumed, examined);
        _paid -= eaten;
        _examined = Math.Max(seen, _examined) - eaten;
        _shown = default;
    }

    public override void CancelPendingRead()
    {
        if (!_wait.TryCancel())
        {
            inner.CancelPendingRead();
        }
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadThenPayAsync(ValueTask<ReadResult> pending, CancellationToken cancellationToken)
    {
        ReadResult read = await pending.ConfigureAwait(false);
        if (TryShow(read, out ReadResult result))
        {
            return result;
        }

        int price = Price(read.Buffer.Length);
        return await PayAsync(read, price, _wait.PayAsync(price, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> PayAsync(
        ReadResult read, int price, ValueTask<TollEnd> payment, CancellationToken cancellationToken)
    {
        while (true)
        {
            TollEnd end;
            try
            {
                end = await payment.ConfigureAwait(false);
            }
            catch
            {
                // No result was shown, so the caller has nothing to advance past: the pipe must not think that somebody reads.
                HandBack(read.Buffer);
                throw;
            }

            if (end is TollEnd.Paid or TollEnd.PaidAndCancelled)
            {
                _paid += price;
            }

            if (end != TollEnd.AskPipe)
            {
                return Show(read, isCanceled: end != TollEnd.Paid);
            }

            HandBack(read.Buffer);
            read = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryShow(read, out ReadResult result))
            {
                return result;
            }

            price = Price(read.Buffer.Length);
            payment = _wait.PayAsync(price, cancellationToken);
        }
    }

    /// <summary>Shows what may be shown for nothing, if that is something the caller has not examined or something the caller has to
    /// know.</summary>
    private bool TryShow(in ReadResult read, out ReadResult result)
    {
        if (read.IsCanceled)
        {
            _wait.PipeWasCancelled();
        }
        else if (_paid <= _examined && read.Buffer.Length > _paid)
        {
            result = default;
            return false;
        }

        result = Show(read, read.IsCanceled);
        return true;
    }

    private int Price(long length) => (int)Math.Min(length - _paid, toll.Piece);

    private ReadResult Show(in ReadResult read, bool isCanceled)
    {
        bool isAll = read.Buffer.Length <= _paid;
        _shown = isAll ? read.Buffer : read.Buffer.Slice(0, _paid);
        return new ReadResult(_shown, isCanceled, read.IsCompleted && isAll);
    }

    /// <summary>Ends the reading underneath as if it had not been: nothing more is consumed or examined.</summary>
    private void HandBack(in ReadOnlySequence<byte> buffer) => inner.AdvanceTo(buffer.Start, buffer.GetPosition(_examined));
}
