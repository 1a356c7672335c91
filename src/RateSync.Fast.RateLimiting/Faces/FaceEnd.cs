namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>Whether a face has been disposed of, and how those who wait through it learn that.</summary>
internal struct FaceEnd
{
    // Mutable struct: a field of this type must not be readonly.
    private CancellationTokenSource? _source;
    private bool _ended;

    public readonly void ThrowIfEnded(object face) => ObjectDisposedException.ThrowIf(Volatile.Read(in _ended), face);

    /// <summary>Cancelled when the face ends. Made at the first wait.</summary>
    public CancellationToken Token()
    {
        CancellationTokenSource? source = Volatile.Read(ref _source);
        if (source is null)
        {
            // ORDER: the exchange is a full fence between showing the source and looking at the flag. PAIRS: End. ELSE: it could see no
            // source, and we no end.
            CancellationTokenSource made = new();
            source = Interlocked.CompareExchange(ref _source, made, null) ?? made;
        }

        CancellationToken token = source.Token;
        if (Volatile.Read(ref _ended))
        {
            source.Cancel();
        }

        return token;
    }

    /// <summary>Ends the waits. May be called again.</summary>
    public void End()
    {
        if (!Interlocked.Exchange(ref _ended, true))
        {
            // Not disposed of: it has no timer, and somebody may be about to look at it.
            Volatile.Read(ref _source)?.Cancel();
        }
    }
}
