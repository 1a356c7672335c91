using RateSync.Fast.Tool;
using RateSync.Fast.Tool.Output;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first asks the command to end and to say what it has; the second ends it.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
return await CommandLine.RunAsync(args, Screen.OfProcess(), stop.Token).ConfigureAwait(false);
