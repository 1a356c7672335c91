using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>
/// Random sequences of operations, from short ones to long ones, so that the first failure is about as short as there is.
/// </summary>
internal static class Sequences
{
    /// <param name="count">How many sequences.</param>
    /// <param name="longest">Operations of the last one.</param>
    /// <param name="run">Runs one sequence of so many steps, and writes down what it does.</param>
    public static async Task RunAsync(int count, int longest, Func<Random, int, List<string>, Task> run)
    {
        for (int seed = 0; seed < count; seed++)
        {
            int steps = 3 + ((longest - 3) * seed / count);
            List<string> log = [];
            try
            {
                await run(new Random(seed), steps, log);
            }
            catch (Exception exception)
            {
                string tail = string.Join(Environment.NewLine, log.TakeLast(40));
                throw new XunitException($"Sequence {seed}, step {log.Count}: {exception.Message}{Environment.NewLine}{tail}", exception);
            }
        }
    }
}
