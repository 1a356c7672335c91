using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>
/// Settles what the client holds of a rate and takes more, in one step. Permits are debited before anybody uses them; those that a client
/// may still use stay charged to the burst until they are settled, given back, or certainly out of date.
/// </summary>
/// <remarks>
/// <para><b>The client's side.</b> It may use what it was granted until its own monotonic clock shows <em>the time just before the first
/// attempt was sent</em> plus <see cref="TimeToLive"/>. The store keeps the charge until its own time plus <see cref="TimeToLive"/> plus
/// <see cref="Margin"/>, which is later if the two clocks run apart by less than the margin in that time.</para>
/// <para>While an operation is under way the client may go on using what it holds. When the answer comes it drops what it held beyond
/// <see cref="LeaseResult.Kept"/>.</para>
/// </remarks>
public sealed record LeaseOperation : StoreOperation<LeaseResult>
{
    /// <inheritdoc/>
    public override StoreKeyspace Keyspace => StoreKeyspace.Lease;

    /// <summary>The limit: a <see cref="TokenBucketLimit"/> or a <see cref="WindowLimit"/>.</summary>
    public required StoreLimit Limit { get; init; }

    /// <summary>
    /// The most that the client may still use of what it was granted before. Everything else is spent, unless it is in
    /// <see cref="Return"/>.
    /// </summary>
    /// <value>0 by default.</value>
    public long Held { get; init; }

    /// <summary>Permits that were granted, were not used, and never will be. More than the store knows of are not taken back.</summary>
    /// <value>0 by default.</value>
    public long Return { get; init; }

    /// <summary>Permits to take. 0 settles only.</summary>
    /// <value>0 by default.</value>
    public long Want { get; init; }

    /// <summary>Fewer than this are not worth having: none are taken. Not above <see cref="Want"/> unless that is 0.</summary>
    /// <value>1 by default.</value>
    public long AtLeast { get; init; } = 1;

    /// <summary>
    /// Takes no more than brings what the client holds to an equal part, among the clients that are active, of what the limit grants at
    /// once; but always <see cref="AtLeast"/>, if they are there.
    /// </summary>
    /// <value><c>false</c> by default.</value>
    public bool Fair { get; init; }

    /// <summary>
    /// How long the client may use what it holds then. Zero: what is granted is used at once, nothing is charged to the burst afterwards,
    /// and nothing can be held or kept.
    /// </summary>
    /// <value>Zero by default.</value>
    public TimeSpan TimeToLive { get; init; }

    /// <summary>How much longer the store keeps the charge.</summary>
    /// <value>100 milliseconds by default.</value>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The highest <see cref="LeaseResult.Floor"/> that the client has seen for this key.</summary>
    public StoreFloor Floor { get; init; }

    private protected override bool NeedsClient => TimeToLive > TimeSpan.Zero || Return > 0;

    private protected override void ValidateMore()
    {
        StoreArguments.CheckGiven(Limit, nameof(Limit));
        StoreArguments.Check(Limit is not ConcurrencyLimit, "Slots are taken with a SlotOperation.", nameof(Limit));

        Limit.Validate();
        StoreArguments.CheckNumber(Held, 0, nameof(Held));
        StoreArguments.CheckNumber(Return, 0, nameof(Return));
        StoreArguments.CheckNumber(Want, 0, nameof(Want));
        StoreArguments.CheckNumber(AtLeast, 1, nameof(AtLeast));
        StoreArguments.CheckNumber(Floor.Epoch, 0, nameof(Floor));
        StoreArguments.CheckLeast(Floor.FullAt, 0, nameof(Floor));
        StoreArguments.CheckLifetime(TimeToLive, Margin);
        if (Want > 0)
        {
            StoreArguments.CheckMost(AtLeast, Want, nameof(AtLeast));
        }

        StoreArguments.Check(TimeToLive > TimeSpan.Zero || Held == 0, "What is held needs a time to live.", nameof(TimeToLive));
    }
}
