namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>
/// Something that another thread does from beginning to end while an operation over <see cref="InterruptedAtomics"/> stands still
/// between two of its steps: tried at every place where it can happen.
/// </summary>
internal sealed class Interruption
{
    /// <summary>An operation that has made so many steps never ends.</summary>
    private const int MostSteps = 100_000;

    [ThreadStatic]
    private static Interruption? t_current;

    private readonly int _before;
    private readonly Action _other;
    private int _steps;

    private Interruption(int before, Action other)
    {
        _before = before;
        _other = other;
    }

    /// <summary>
    /// Runs an operation again and again, each time with the other one before a later step of it, until it ends before that step.
    /// </summary>
    /// <param name="make">Makes what they run on.</param>
    /// <param name="operation">The one that is interrupted.</param>
    /// <param name="other">What another thread does meanwhile.</param>
    /// <param name="check">What must hold after both, wherever they met.</param>
    /// <returns>In how many places the operation was interrupted.</returns>
    public static int AtEveryStep<T>(Func<T> make, Action<T> operation, Action<T> other, Action<T> check)
    {
        for (int before = 1; ; before++)
        {
            T subject = make();
            Interruption interruption = new(before, () => other(subject));
            t_current = interruption;
            try
            {
                operation(subject);
            }
            finally
            {
                t_current = null;
            }

            if (interruption._steps < before)
            {
                return before - 1;
            }

            try
            {
                check(subject);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Interrupted before step {before}: {failure.Message}", failure);
            }
        }
    }

    public static void Step()
    {
        if (t_current is not { } current)
        {
            return;
        }

        current._steps++;
        if (current._steps > MostSteps)
        {
            throw new InvalidOperationException($"Interrupted before step {current._before}, it never ends.");
        }

        if (current._steps != current._before)
        {
            return;
        }

        Exception? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                current._other();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            throw new InvalidOperationException($"Before step {current._before}: {thrown.Message}", thrown);
        }
    }
}
