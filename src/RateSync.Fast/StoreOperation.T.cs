namespace RateSync.Fast;

/// <summary>An operation that is answered with a <typeparamref name="TResult"/>.</summary>
/// <typeparam name="TResult">The type of the answer.</typeparam>
public abstract record StoreOperation<TResult> : StoreOperation
    where TResult : StoreResult
{
    private protected StoreOperation()
    {
    }
}
