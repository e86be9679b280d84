using System.Security.Cryptography;

namespace Forage.Evaluation;

/// <summary>What it takes to make the same result again.</summary>
public sealed record ReportProvenance
{
    /// <summary>The command as typed.</summary>
    public required string Command { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Names and versions of the programs involved; Forage itself is added.</summary>
    public IReadOnlyList<(string Name, string Version)> Versions { get; init; } = [];

    /// <summary>The data it rests on.</summary>
    public required IReadOnlyList<ReportData> Data { get; init; }

    /// <summary>When it was made; the library has no clock, so the caller says, or leaves it out to get the same bytes again.</summary>
    public DateTimeOffset? Made { get; init; }
}

/// <summary>A piece of data a result rests on.</summary>
/// <param name="Name">File name or description.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes, lower-case hexadecimal.</param>
public sealed record ReportData(string Name, long Bytes, string Sha256)
{
    /// <summary>Reads a file to the end to name it.</summary>
    /// <exception cref="ForageException">The file cannot be read.</exception>
    public static ReportData OfFile(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan);
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            return new ReportData(Path.GetFileName(path), stream.Length, hash);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot read '{path}': {e.Message}", e);
        }
    }
}
