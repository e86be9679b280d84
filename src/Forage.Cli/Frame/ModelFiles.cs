using System.IO.Compression;
using Forage.Persistence;

namespace Forage.Cli.Frame;

/// <summary>Tells what kind of model is in a file.</summary>
internal static class ModelFiles
{
    /// <summary>The tag of the file's first chunk, which says what it is; null if it is no model (whoever loads it says so).</summary>
    public static string? FirstTag(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
            return new ModelReader(stream, path).PeekChunk();
        }
        catch (Exception e) when (e is ForageException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
