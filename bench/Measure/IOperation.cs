namespace RateSync.Fast.Bench.Measure;

/// <summary>
/// One thing that is measured, as a struct: <see cref="Loop{TOperation}"/> closed over it is a method of its own, in which the operation is
/// inlined as it would be in a user's method. Floors, ours and peers so have loops of exactly the same shape.
/// </summary>
/// <remarks>Each thread has a copy; mutable fields belong to one batch.</remarks>
internal interface IOperation
{
    /// <summary>Called once before each batch.</summary>
    /// <param name="start">Operations that this thread has done before, for those that walk through keys.</param>
    void Begin(long start);

    /// <summary>Does it once.</summary>
    /// <returns>Whether it was granted.</returns>
    bool Invoke();
}
