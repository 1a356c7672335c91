namespace RateSync.Fast.Configuration;

/// <summary>What tells one state of a file from another without reading it.</summary>
internal readonly record struct FileStamp(long Length, DateTime WrittenAt)
{
    /// <summary>The file as it is now; the default value if there is none, or it cannot be looked at.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            // Through links, as configuration is often mounted.
            FileInfo file = new(path);
            FileInfo target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new FileStamp(target.Length, target.LastWriteTimeUtc) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
