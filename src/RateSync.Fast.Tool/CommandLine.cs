using System.CommandLine;
using System.Text.RegularExpressions;
using RateSync.Fast.Configuration;
using RateSync.Fast.Tool.Commands;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool;

/// <summary>All commands, and what becomes of their errors.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Checks configurations of RateSync.Fast, tries limiters, replays access logs, migrates files of the Python rate-sync.

        Exit codes: 0 all is well; 1 the answer is no (a configuration that does not hold, a bound that was broken); 2 the command
        could not be carried out (wrong usage, a file or a limiter that is not there).
        """;

    public static async Task<int> RunAsync(string[] arguments, Screen screen, CancellationToken cancellationToken)
    {
        RootCommand root = new(Description)
        {
            CheckCommand.Create(screen),
            TryCommand.Create(screen),
            ReplayCommand.Create(screen),
            MigrateCommand.Create(screen),
        };
        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            foreach (string message in result.Errors.Select(static error => error.Message).Distinct(StringComparer.Ordinal))
            {
                screen.Complain(message);
            }

            Command command = result.CommandResult.Command;
            foreach (string meant in result.UnmatchedTokens.Select(token => Meant(token, command)).OfType<string>())
            {
                screen.ErrorLine($"Did you mean '{meant}'?");
            }

            screen.ErrorLine($"Try: ratesync {(command == root ? "" : command.Name + " ")}--help");
            return ExitCode.Misuse;
        }

        try
        {
            InvocationConfiguration invocation = new()
            {
                Output = screen.Out,
                Error = screen.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await result.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException exception)
        {
            screen.Complain(exception.Message);
            return ExitCode.Misuse;
        }
        catch (ConfigurationException exception)
        {
            foreach (string problem in exception.Problems.Select(Problems.ToLine).DefaultIfEmpty(exception.Message))
            {
                screen.ErrorLine(problem);
            }

            screen.Complain("the configuration does not hold");
            return ExitCode.No;
        }
        catch (Exception exception)
            when (exception is RateSyncException or IOException or InvalidDataException or UnauthorizedAccessException
            or RegexMatchTimeoutException)
        {
            screen.Complain(exception.Message);
            return ExitCode.Misuse;
        }
    }

    /// <summary>The command or option that was probably misspelt; null if none is near.</summary>
    private static string? Meant(string token, Command command) => Names.Nearest(
        token,
        token.StartsWith('-')
            ? command.Options.Select(static option => option.Name)
            : command.Subcommands.Select(static below => below.Name));
}
