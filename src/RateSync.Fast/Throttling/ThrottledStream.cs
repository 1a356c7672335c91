using System.Runtime.CompilerServices;

namespace RateSync.Fast.Throttling;

/// <summary>
/// A stream that pays for what it reads after it came and before it is handed out, so that nobody who waits for data holds bytes that
/// others could use, and for what it writes before it goes.
/// </summary>
internal sealed class ThrottledStream(Stream inner, ByteToll? read, ByteToll? write, bool leaveOpen) : Stream
{
    // Bytes that came but were not handed out, as their payment failed. Not paid for.
    private byte[] _kept = [];
    private int _keptStart;
    private int _keptEnd;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout
    {
        get => inner.ReadTimeout;
        set => inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => inner.WriteTimeout;
        set => inner.WriteTimeout = value;
    }

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position - Kept;
        set => Seek(value, SeekOrigin.Begin);
    }

    private int Kept => _keptEnd - _keptStart;

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = inner.Seek(origin == SeekOrigin.Current ? offset - Kept : offset, origin);
        _keptStart = _keptEnd = 0;
        return position;
    }

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        if (read is null)
        {
            return inner.Read(buffer);
        }

        Span<byte> piece = buffer[..Math.Min(buffer.Length, read.Piece)];
        int count = Kept > 0 ? TakeKept(piece) : inner.Read(piece);
        if (count > 0)
        {
            try
            {
                read.Pay(count);
            }
            catch
            {
                Keep(piece[..count]);
                throw;
            }
        }

        return count;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (read is null)
        {
            return inner.ReadAsync(buffer, cancellationToken);
        }

        Memory<byte> piece = buffer[..Math.Min(buffer.Length, read.Piece)];
        if (Kept > 0)
        {
            return cancellationToken.IsCancellationRequested
                ? ValueTask.FromCanceled<int>(cancellationToken)
                : FinishAsync(TakeKept(piece.Span), piece, cancellationToken);
        }

        ValueTask<int> reading = inner.ReadAsync(piece, cancellationToken);
        return reading.IsCompletedSuccessfully
            ? FinishAsync(reading.Result, piece, cancellationToken)
            : ReadThenPayAsync(reading, piece, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (write is not null && buffer.Length > 0)
        {
            ReadOnlySpan<byte> piece = buffer[..Math.Min(buffer.Length, write.Piece)];
            write.Pay(piece.Length);
            inner.Write(piece);
            buffer = buffer[piece.Length..];
        }

        if (write is null)
        {
            inner.Write(buffer);
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (write is null || buffer.IsEmpty)
        {
            return inner.WriteAsync(buffer, cancellationToken);
        }

        if (buffer.Length > write.Piece)
        {
            return WriteInPiecesAsync(write, buffer, cancellationToken);
        }

        ValueTask payment = write.PayAsync(buffer.Length, cancellationToken);
        return payment.IsCompletedSuccessfully
            ? inner.WriteAsync(buffer, cancellationToken)
            : PayThenWriteAsync(payment, buffer, cancellationToken);
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override async ValueTask DisposeAsync()
    {
        if (!leaveOpen)
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueTask<int> FinishAsync(int count, Memory<byte> piece, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return new(0);
        }

        ValueTask payment = read!.PayAsync(count, cancellationToken);
        return payment.IsCompletedSuccessfully ? new(count) : PayAsync(payment, count, piece);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadThenPayAsync(ValueTask<int> reading, Memory<byte> piece, CancellationToken cancellationToken) =>
        await FinishAsync(await reading.ConfigureAwait(false), piece, cancellationToken).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> PayAsync(ValueTask payment, int count, Memory<byte> piece)
    {
        try
        {
            await payment.ConfigureAwait(false);
            return count;
        }
        catch
        {
            Keep(piece.Span[..count]);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PayThenWriteAsync(ValueTask payment, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await payment.ConfigureAwait(false);
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteInPiecesAsync(ByteToll toll, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlyMemory<byte> piece = buffer[..Math.Min(buffer.Length, toll.Piece)];
            await toll.PayAsync(piece.Length, cancellationToken).ConfigureAwait(false);
            await inner.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            buffer = buffer[piece.Length..];
        }
    }

    private int TakeKept(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, Kept);
        _kept.AsSpan(_keptStart, count).CopyTo(buffer);
        _keptStart += count;
        return count;
    }

    /// <summary>Keeps bytes for the next read, ahead of those that are kept already: they came out first.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (inner.CanSeek)
        {
            // They can be read again, and whoever writes in between writes where the position says.
            inner.Seek(-bytes.Length, SeekOrigin.Current);
            return;
        }

        byte[] all = new byte[bytes.Length + Kept];
        bytes.CopyTo(all);
        _kept.AsSpan(_keptStart, Kept).CopyTo(all.AsSpan(bytes.Length));
        _kept = all;
        _keptStart = 0;
        _keptEnd = all.Length;
    }
}
