namespace RateSync.Fast;

/// <summary>
/// Writes the body of a partial method: it acquires a permit of a named limiter, calls the method that does the work, and gives the permit
/// back when that has ended, however it ends.
/// </summary>
/// <remarks>
/// <para>
/// Declare the method without a body, and put the work into a method of the same signature whose name has <c>Core</c> in it:
/// <c>PayAsync</c> calls <c>PayCoreAsync</c>, <c>Pay</c> calls <c>PayCore</c>.
/// </para>
/// <code>
/// [RateLimited("payments", Timeout = 5)]
/// public partial Task&lt;Receipt&gt; PayAsync(string id, CancellationToken cancellationToken);
///
/// private async Task&lt;Receipt&gt; PayCoreAsync(string id, CancellationToken cancellationToken) { ... }
/// </code>
/// <para>
/// A method that returns <see cref="Task"/>, <see cref="Task{TResult}"/>, <see cref="ValueTask"/> or <see cref="ValueTask{TResult}"/>
/// waits for its permit and holds it until the work has completed. One that returns <see cref="IAsyncEnumerable{T}"/> waits when the
/// enumeration starts and holds the permit until it ends. Any other method is synchronous: it does not wait, and throws
/// <see cref="RateLimitRejectedException"/> when it is refused.
/// </para>
/// <para>
/// The method's <see cref="CancellationToken"/>, if it has one, also cancels the waiting. A limiter that does not exist is a
/// <see cref="LimiterNotFoundException"/>, never a call without a limit. Mistakes are errors of the compiler, RSF0001 to RSF0017.
/// </para>
/// <para>
/// Cost: what the limiter costs, and for an asynchronous method its state machine. An id with parameters in it is a new string for each
/// call.
/// </para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RateLimitedAttribute : Attribute
{
    /// <summary>Names the limiter.</summary>
    /// <param name="limiterId">
    /// The limiter's id. It may contain parameters of the method and their members in braces, as in <c>"tenant-{tenantId}"</c> or
    /// <c>"user-{user.Id}"</c>; they are written in the invariant culture, and null as nothing. A brace that is meant is doubled:
    /// <c>{{</c> or <c>}}</c>.
    /// </param>
    public RateLimitedAttribute(string limiterId) => LimiterId = limiterId;

    /// <summary>The limiter's id, with parameters in braces.</summary>
    public string LimiterId { get; }

    /// <summary>
    /// How many seconds to wait for the permit at the most, 0 or more; 0 does not wait, and infinity waits for as long as it takes. Only
    /// an asynchronous method waits.
    /// </summary>
    /// <value><see cref="double.NaN"/>: as long as the limiter says.</value>
    public double Timeout { get; set; } = double.NaN;

    /// <summary>How many permits a call takes, 1 or more.</summary>
    /// <value>1.</value>
    public int Permits { get; set; } = 1;

    /// <summary>The name of the method that does the work. It has the same parameters and returns the same.</summary>
    /// <value>Null: the method's name with <c>Core</c> at its end, or before the <c>Async</c> that it ends with.</value>
    public string? Implementation { get; set; }

    /// <summary>
    /// The name of a field, property or primary constructor parameter of the containing type that holds the <c>LimiterRegistry</c> to
    /// ask, as in <c>Registry = nameof(_registry)</c>.
    /// </summary>
    /// <value>Null: the registry of the process, <c>RateLimit</c>.</value>
    public string? Registry { get; set; }
}
