namespace RateSync.Fast.Configuration;

/// <summary>A configuration file that is looked at from time to time.</summary>
internal sealed class WatchedFile(string path)
{
    private FileStamp _settled;
    private FileStamp _seen;

    public string Path { get; } = path;

    /// <summary>The file as it was when it was read, whether it held or not.</summary>
    public void Settle(FileStamp stamp) => (_settled, _seen) = (stamp, stamp);

    /// <summary>Whether the file is another one than was read, and the same as at the last look.</summary>
    public bool HasSettledAnew()
    {
        FileStamp now = FileStamp.Of(Path);
        bool still = now == _seen;
        _seen = now;
        return still && now != _settled;
    }
}
