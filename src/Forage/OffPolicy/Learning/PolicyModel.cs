using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Persistence;

namespace Forage.OffPolicy.Learning;

/// <summary>What a policy in a file is for and how it came about.</summary>
public sealed record PolicyRecipe
{
    /// <summary>Name of the policy.</summary>
    public string Name { get; init; } = "policy";

    /// <summary>Number of actions of a fixed set; 0 if every decision brings its own.</summary>
    public int Actions { get; init; }

    /// <summary>Positions of a slate.</summary>
    public int SlateLength { get; init; } = 1;

    /// <summary>Numbers of the dense vectors it looks at; 0: it looks at none.</summary>
    public int VectorDimension { get; init; }

    /// <summary>Command that made it.</summary>
    public string Command { get; init; } = "";

    /// <summary>Seed it was made with.</summary>
    public ulong Seed { get; init; }

    /// <summary>Version of Forage that made it.</summary>
    public string Version { get; init; } = "";

    /// <summary>SHA-256 of the log it was learnt from.</summary>
    public string DataSha256 { get; init; } = "";

    /// <summary>What was found out about it, a sentence.</summary>
    public string Evidence { get; init; } = "";
}

/// <summary>JSON of <see cref="PolicyRecipe"/>.</summary>
[JsonSerializable(typeof(PolicyRecipe))]
internal sealed partial class PolicyRecipeJson : JsonSerializerContext;

/// <summary>A policy as it stands in a file: its recipe and itself, ready to be asked.</summary>
/// <param name="Recipe">What it is for and how it came about.</param>
/// <param name="Policy">The policy.</param>
public sealed record PolicyModel(PolicyRecipe Recipe, IPolicy Policy)
{
    /// <summary>Tag of the part a policy's file begins with.</summary>
    public const string Tag = "PMDL";

    /// <summary>Writes it to a stream.</summary>
    public void Save(Stream stream)
    {
        using var writer = new ModelWriter(stream);
        writer.BeginChunk(Tag, 1);
        writer.Write(JsonSerializer.Serialize(Recipe, PolicyRecipeJson.Default.PolicyRecipe));
        writer.EndChunk();
        PolicyFile.Save(writer, Policy);
        writer.Finish();
    }

    /// <summary>Writes it to a file, compressed if the name ends in .gz; the file is replaced only once the new one is whole.</summary>
    public void Save(string path)
    {
        string partial = path + ".partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                if (path.EndsWith(".gz", StringComparison.Ordinal))
                {
                    using var packed = new GZipStream(file, CompressionLevel.SmallestSize);
                    Save(packed);
                }
                else
                {
                    Save(file);
                }
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write the policy '{path}': {e.Message}", e);
        }
    }

    /// <summary>Reads it from a stream.</summary>
    public static PolicyModel Load(Stream stream, string name)
    {
        var reader = new ModelReader(stream, name);
        if (reader.PeekChunk() != Tag) throw new ForageException($"{name} is a Forage model, but not a policy; expected one written by 'forage improve' or 'forage simulate log'.");
        reader.BeginChunk(Tag, 1);
        var recipe = JsonSerializer.Deserialize(reader.ReadString(), PolicyRecipeJson.Default.PolicyRecipe) ?? throw new ForageException($"{name} has an empty recipe.");
        reader.EndChunk();
        return new PolicyModel(recipe, PolicyFile.Load(reader));
    }

    /// <summary>Reads it from a file; gzip is recognised.</summary>
    /// <exception cref="ForageException">There is no such file, or it is not a policy, damaged or of a newer version.</exception>
    public static PolicyModel Load(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            if (!packed) return Load(file, path);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return Load(unpacked, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ForageException($"There is no policy '{path}'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ForageException($"Cannot read the policy '{path}': {e.Message}", e);
        }
    }
}
