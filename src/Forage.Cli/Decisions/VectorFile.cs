using System.CommandLine;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy.Learning;

namespace Forage.Cli.Decisions;

/// <summary>Dense vectors of decisions, made elsewhere by any encoder: a file with a row a decision.</summary>
internal sealed record VectorFile(string Path, FeatureBlock Rows, int Dimension)
{
    /// <summary>The option that names one.</summary>
    public static Option<string?> NewOption() => new("--dense") { Description = "Dense vectors of the decisions, from an encoder of yours: .npy or a row of numbers a line, one a decision", HelpName = "FILE" };

    /// <summary>Reads a file; gzip is recognised.</summary>
    public static VectorFile Read(string path)
    {
        using var stream = TextFiles.Open(path);
        var rows = DenseRows.Read(stream, path, out int dimension);
        return new VectorFile(path, rows, dimension);
    }

    /// <summary>Checks that a policy gets what it looks at.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">Its file.</param>
    /// <param name="dimension">Numbers of each vector; 0 if there are none.</param>
    public static void Require(PolicyModel policy, string path, int dimension)
    {
        int expected = policy.Recipe.VectorDimension;
        if (expected == 0 || expected == dimension) return;
        throw new ForageException(dimension == 0
            ? $"The policy {path} looks at dense vectors of {expected} numbers; give them with --dense FILE."
            : $"The policy {path} looks at dense vectors of {expected} numbers, but those given have {dimension}.");
    }
}
