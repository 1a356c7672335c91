namespace RateSync.Fast.Engine;

/// <summary>Who has granted a permit, and takes it back.</summary>
internal interface IPermitOwner
{
    /// <summary>The limiter that is asked for permits; null where each key is limited by itself.</summary>
    Limiter? Granter { get; }

    /// <summary>Returns the slots of a permit that are not returned yet, up to <paramref name="permits"/>.</summary>
    void Close(in Permit permit, int permits);

    /// <summary>Gives unused permits back.</summary>
    void Refund(in Permit permit, int permits);

    /// <summary>Takes what was used beyond the grant.</summary>
    /// <param name="permit">The grant.</param>
    /// <param name="permits">How many more, 1 or more.</param>
    /// <param name="parameter">The name of the caller's parameter, for the exception.</param>
    void TakeIntoDebt(in Permit permit, long permits, string parameter);
}
