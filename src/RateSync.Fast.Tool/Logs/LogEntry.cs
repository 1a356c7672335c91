namespace RateSync.Fast.Tool.Logs;

/// <summary>What a line of an access log says.</summary>
/// <param name="Client">The address that asked.</param>
/// <param name="User">The user who asked; - if nobody knows.</param>
/// <param name="Time">When.</param>
/// <param name="Request">What for: method, path and version, as they were sent.</param>
internal readonly record struct LogEntry(string Client, string User, DateTimeOffset Time, string Request)
{
    /// <summary>The path without its query; the whole request if it is none of HTTP.</summary>
    public string Path
    {
        get
        {
            int begin = Request.IndexOf(' ', StringComparison.Ordinal) + 1;
            int end = Request.IndexOfAny([' ', '?'], begin);
            return begin == 0 ? Request : end < 0 ? Request[begin..] : Request[begin..end];
        }
    }
}
