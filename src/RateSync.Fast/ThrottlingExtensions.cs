using System.IO.Pipelines;
using RateSync.Fast.Throttling;

namespace RateSync.Fast;

/// <summary>Bytes per second over pipes and streams: a permit of the limiter is a byte.</summary>
/// <remarks>
/// <para>No byte passes before it is paid for, and a wait for the limiter is back-pressure for the other side. Bytes are paid for in
/// pieces of at
/// most half of <see cref="Limiter.Limit"/>, however large the caller's buffers are: one permit call for a piece, not for a byte.</para>
/// <para>Waiters are woken by the platform's timer, every 1 to 16 ms depending on the system. A rate is held to the byte, over whatever
/// time, if half the burst covers what comes in between two ticks: <c>burst = rate / 30</c> is enough everywhere (34 kB at 1 MB/s, 34 MB at
/// 1 GB/s). A smaller burst holds less than its rate, never more.</para>
/// <para>One limiter may serve many pipes and streams, in turn, and other callers as well. Where the bytes are handed on in one call, that
/// call allocates
/// nothing of its own if the limiter grants at once. A limit on concurrency restrains nothing here: slots are given back at once. What the
/// limiter throws (it has been disposed of; its line is full) comes out of the call that had to pay, and no byte is lost by it.</para>
/// </remarks>
public static class ThrottlingExtensions
{
    /// <summary>A reader that shows at most the bytes that have been paid for.</summary>
    /// <param name="reader">Where the bytes come from. Completing the result completes it.</param>
    /// <param name="bytes">A permit of it is a byte.</param>
    /// <returns>
    /// The throttled reader. Bytes are paid for once, when they are first shown; what was examined and not consumed is shown again for
    /// nothing.
    /// <see cref="PipeReader.TryRead"/> pays if it can without a wait, and otherwise shows nothing.
    /// </returns>
    /// <exception cref="ArgumentNullException">Either is null.</exception>
    public static PipeReader Throttle(this PipeReader reader, Limiter bytes)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(bytes);
        return new ThrottledPipeReader(reader, new ByteToll(bytes));
    }

    /// <summary>A writer that flushes at most the bytes that have been paid for.</summary>
    /// <param name="writer">Where the bytes go. Completing the result completes it.</param>
    /// <param name="bytes">A permit of it is a byte.</param>
    /// <returns>
    /// The throttled writer. More than a piece of it may be written before a flush: that is held back and flushed piece by piece. A flush
    /// that is cancelled leaves what is not yet flushed to the next one. <see cref="PipeWriter.Complete"/> blocks until what was not
    /// flushed is paid for, as <see cref="PipeWriter.CompleteAsync"/> does without blocking; with an exception, both drop it.
    /// </returns>
    /// <exception cref="ArgumentNullException">Either is null.</exception>
    public static PipeWriter Throttle(this PipeWriter writer, Limiter bytes)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(bytes);
        return new ThrottledPipeWriter(writer, new ByteToll(bytes));
    }

    /// <summary>A stream whose reads and writes take no more bytes per second than their limiters grant.</summary>
    /// <param name="stream">The stream underneath.</param>
    /// <param name="read">A permit of it is a byte read; null for no limit. Bytes are paid for after they came and before they are handed
    /// out.</param>
    /// <param name="write">A permit of it is a byte written; null for no limit. Bytes are paid for before they are written. May be the
    /// same as
    /// <paramref name="read"/>.</param>
    /// <param name="leaveOpen">Whether disposing the result leaves <paramref name="stream"/> alone.</param>
    /// <returns>
    /// The throttled stream. Synchronous calls block while they wait. Bytes whose read was cancelled while it waited for the limiter are
    /// kept for the next read.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException">Both limiters are null.</exception>
    public static Stream Throttle(this Stream stream, Limiter? read, Limiter? write, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return read is null && write is null
            ? throw new ArgumentException("A throttled stream needs a limiter, for reading, for writing or for both.", nameof(read))
            : new ThrottledStream(stream, read is null ? null : new ByteToll(read), write is null ? null : new ByteToll(write), leaveOpen);
    }
}
