namespace RateSync.Fast.Algorithms;

/// <summary>
/// Says which deliberate mistake is switched on. In production the answer is a constant false, so the compiler removes the
/// question and the mistake with it.
/// </summary>
internal interface IDefects
{
    static abstract bool Has(Defect defect);
}
