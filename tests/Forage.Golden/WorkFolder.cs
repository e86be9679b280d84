namespace Forage.Golden;

/// <summary>A folder for the files of one test, gone afterwards.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("forage-golden").FullName;

    /// <summary>Path of a file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>Names of its files.</summary>
    public IEnumerable<string> Files => Directory.GetFiles(_path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, true);
}
