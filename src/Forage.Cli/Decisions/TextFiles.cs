using System.IO.Compression;
using System.Text;

namespace Forage.Cli.Decisions;

/// <summary>Small text files, compressed or not.</summary>
internal static class TextFiles
{
    /// <summary>Opens a text for reading; gzip is recognised.</summary>
    public static StreamReader Read(string path) => new(Open(path), Encoding.UTF8);

    /// <summary>Opens a file for reading; gzip is recognised.</summary>
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            return packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    /// <summary>All lines.</summary>
    public static string[] Lines(string path)
    {
        using var reader = Read(path);
        var lines = new List<string>();
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine()) lines.Add(line);
        return [.. lines];
    }

    /// <summary>Opens a file for writing, compressed if its name ends in .gz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="quick">Compress quickly rather than well.</param>
    public static Stream Write(string path, bool quick = false)
    {
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, quick ? CompressionLevel.Fastest : CompressionLevel.SmallestSize) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write '{path}': {e.Message}", e);
        }
    }
}
