using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions;

/// <summary>Measures anew what the project claims: the results of a paper, or the targets of a stage of the project.</summary>
internal interface IReproduction
{
    /// <summary>What to type after <c>./forage reproduce</c>.</summary>
    string Name { get; }

    /// <summary>What it measures, one line.</summary>
    string Summary { get; }

    /// <summary>Runs all of it, or with <see cref="ReproduceContext.Quick"/> what fits in a minute.</summary>
    ReproduceResult Run(ReproduceContext context);
}

/// <summary>What a reproduction may use.</summary>
/// <param name="Session">Seed, clock, progress, cancellation.</param>
/// <param name="Quick">End within a minute.</param>
/// <param name="Data">Folder with the data sets that are not bundled; null to use the bundled ones only.</param>
internal sealed record ReproduceContext(Session Session, bool Quick, string? Data)
{
    /// <summary>An empty result that tells what is added to it on standard error.</summary>
    public ReproduceResult Begin(string name) => new(name, Session.Quiet ? null : Session.Terminal.WriteErrorLine);

    /// <summary>A file under <see cref="Data"/>, or null if there is no such file or folder.</summary>
    public string? DataFile(string relative)
    {
        if (Data is null) return null;
        string path = Path.Combine(Data, relative);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }

    /// <summary>A folder of the checkout this build came from; null if it was moved out of it.</summary>
    public static string? Checkout
    {
        get
        {
            for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
                if (File.Exists(Path.Combine(dir.FullName, "Forage.slnx"))) return dir.FullName;
            return null;
        }
    }
}
