using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Throttling;

/// <summary>
/// Pays for bytes before they are flushed. What is written between two flushes goes straight to the pipe underneath as long as it is no
/// more than a piece; the rest is held back, as the pipe would flush all of it at once.
/// </summary>
internal sealed class ThrottledPipeWriter(PipeWriter inner, ByteToll toll) : PipeWriter
{
    private readonly TollWait _wait = new(toll, keepsCancellations: true);

    // Written to the pipe underneath and not flushed.
    private int _direct;

    // Room in the memory that was handed out last, and whether it was the pipe's.
    private int _handedOut;
    private bool _isDirect;

    // What is held back; made when there is something to hold back.
    private Pipe? _rest;
    private long _restLength;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _direct + _restLength;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Memory<byte> memory = IsRoomFor(sizeHint, out int room) ? inner.GetMemory(sizeHint) : Rest().GetMemory(sizeHint);
        memory = memory.Length > room && _isDirect ? memory[..room] : memory;
        _handedOut = memory.Length;
        return memory;
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Span<byte> span = IsRoomFor(sizeHint, out int room) ? inner.GetSpan(sizeHint) : Rest().GetSpan(sizeHint);
        span = span.Length > room && _isDirect ? span[..room] : span;
        _handedOut = span.Length;
        return span;
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _handedOut);
        _handedOut -= bytes;
        if (_isDirect)
        {
            inner.Advance(bytes);
            _direct += bytes;
        }
        else
        {
            Rest().Advance(bytes);
            _restLength += bytes;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _handedOut = 0;
        if (_restLength > 0 || _direct > toll.Piece)
        {
            return FlushInPiecesAsync(default, cancellationToken);
        }

        if (_direct == 0)
        {
            return _wait.TryPass() ? PassAsync(cancellationToken) : new(new FlushResult(isCanceled: true, isCompleted: false));
        }

        ValueTask<TollEnd> payment = _wait.PayAsync(_direct, cancellationToken);
        if (!payment.IsCompletedSuccessfully)
        {
            return PayThenPassAsync(payment, cancellationToken);
        }

        TollEnd end = payment.Result;
        return end == TollEnd.Paid ? PassAsync(cancellationToken) : PayThenPassAsync(new(end), cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _handedOut = 0;
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        if (_restLength > 0 || source.Length > toll.Piece - _direct)
        {
            return FlushInPiecesAsync(source, cancellationToken);
        }

        // Small enough for one payment: as if it had been written into the pipe's memory.
        inner.Write(source.Span);
        _direct += source.Length;
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        if (!_wait.TryCancel())
        {
            inner.CancelPendingFlush();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is null && UnflushedBytes > 0)
        {
#pragma warning disable VSTHRD002 // A caller who wants no blocking calls CompleteAsync. Continuations need no thread of the caller's.
            FlushToTheEndAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }

        inner.Complete(exception);
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && UnflushedBytes > 0)
        {
            await FlushToTheEndAsync().ConfigureAwait(false);
        }

        await inner.CompleteAsync(exception).ConfigureAwait(false);
    }

    /// <summary>Flushes everything, however often somebody cancels the flush.</summary>
    private async ValueTask FlushToTheEndAsync()
    {
        FlushResult result;
        do
        {
            result = await FlushAsync().ConfigureAwait(false);
        }
        while (result is { IsCanceled: true, IsCompleted: false } && UnflushedBytes > 0);
    }

    /// <summary>Decides where the next bytes are written to.</summary>
    private bool IsRoomFor(int sizeHint, out int room)
    {
        room = Math.Max(0, toll.Piece - _direct);
        _isDirect = _restLength == 0 && room >= Math.Max(1, sizeHint);
        return _isDirect;
    }

    private PipeWriter Rest() => (_rest ??= new Pipe(new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0,
        resumeWriterThreshold: 0,
        useSynchronizationContext: false))).Writer;

    /// <summary>
    /// Flushes what is in the pipe underneath, which has been paid for. Whatever becomes of the flush, the bytes are the pipe's from now
    /// on.
    /// </summary>
    private ValueTask<FlushResult> PassAsync(CancellationToken cancellationToken)
    {
        _direct = 0;
        ValueTask<FlushResult> flush = inner.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitPassAsync(flush);
        }

        _wait.Passed();
        return new(flush.Result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> AwaitPassAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return await flush.ConfigureAwait(false);
        }
        finally
        {
            _wait.Passed();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> PayThenPassAsync(ValueTask<TollEnd> payment, CancellationToken cancellationToken)
    {
        TollEnd end = await payment.ConfigureAwait(false);
        if (end == TollEnd.Cancelled)
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }

        FlushResult result = await PassAsync(cancellationToken).ConfigureAwait(false);
        return new FlushResult(result.IsCanceled || end == TollEnd.PaidAndCancelled, result.IsCompleted);
    }

    /// <summary>
    /// Flushes everything that was written and then the source, piece by piece. What is not reached, because of a cancellation or an
    /// error, is held back: as with any pipe, a write that was cancelled has been written.
    /// </summary>
    private async ValueTask<FlushResult> FlushInPiecesAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        FlushResult result = default;
        try
        {
            while (true)
            {
                source = source[await FillAsync(source).ConfigureAwait(false)..];
                if (_direct == 0)
                {
                    return result;
                }

                // More than a piece only if the limit was made smaller since it was written.
                TollEnd end = TollEnd.Paid;
                for (int unpaid = _direct; unpaid > 0 && end == TollEnd.Paid;)
                {
                    int piece = Math.Min(unpaid, toll.Piece);
                    end = await _wait.PayAsync(piece, cancellationToken).ConfigureAwait(false);
                    unpaid -= piece;
                    end = end == TollEnd.PaidAndCancelled && unpaid > 0 ? TollEnd.Cancelled : end;
                }

                result = await PayThenPassAsync(new(end), cancellationToken).ConfigureAwait(false);
                if (result.IsCompleted)
                {
                    // Nobody reads any more.
                    source = default;
                    await DropRestAsync().ConfigureAwait(false);
                    return result;
                }

                if (result.IsCanceled)
                {
                    return result;
                }
            }
        }
        finally
        {
            if (source.Length > 0)
            {
                Rest().Write(source.Span);
                _restLength += source.Length;
            }
        }
    }

    /// <summary>Moves up to a piece of what is held back, and then of the source, into the pipe underneath.</summary>
    /// <returns>How much of the source was taken.</returns>
    private async ValueTask<int> FillAsync(ReadOnlyMemory<byte> source)
    {
        int room = toll.Piece - _direct;
        if (room > 0 && _restLength > 0)
        {
            // Never waits: it has no upper bound.
            await _rest!.Writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            _rest.Reader.TryRead(out ReadResult rest);
            ReadOnlySequence<byte> moved = rest.Buffer.Slice(0, Math.Min(room, rest.Buffer.Length));
            foreach (ReadOnlyMemory<byte> part in moved)
            {
                inner.Write(part.Span);
            }

            int length = (int)moved.Length;
            _rest.Reader.AdvanceTo(moved.End);
            _restLength -= length;
            _direct += length;
            room -= length;
        }

        if (room <= 0 || _restLength > 0 || source.IsEmpty)
        {
            return 0;
        }

        int taken = Math.Min(room, source.Length);
        inner.Write(source.Span[..taken]);
        _direct += taken;
        return taken;
    }

    private async ValueTask DropRestAsync()
    {
        if (_restLength > 0)
        {
            await _rest!.Writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            _rest.Reader.TryRead(out ReadResult rest);
            _rest.Reader.AdvanceTo(rest.Buffer.End);
            _restLength = 0;
        }
    }
}
