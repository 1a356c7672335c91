namespace RateSync.Fast.Named;

/// <summary>Where plain calls of a named limiter look first; see <see cref="DirectPart{TAtomics}"/>.</summary>
internal interface IHasDirectPart
{
    /// <summary>
    /// Where a plain call goes; null while there is more to do than that: somebody waits, or the limiter is being changed. Set by the
    /// engine.
    /// </summary>
    Limiter? Direct { set; }
}
