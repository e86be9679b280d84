using Forage.Persistence;
using Forage.Search.Internals;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>A learnt dependency parser, with all it takes to read and parse new sentences. Safe to be used from several threads, each with its own <see cref="ParserSession"/>.</summary>
public sealed class DependencyParser : IDisposable
{
    /// <summary>Tag of the chunk such a model begins with.</summary>
    public const string Tag = "DEPP";

    internal DependencyParser(ParserOptions options, LabelSet relations, SearchModel model) => (Options, Relations, Model) = (options, relations, model);

    /// <summary>What it reads and predicts.</summary>
    public ParserOptions Options { get; }

    /// <summary>The relations, by number; none if they are left out.</summary>
    public LabelSet Relations { get; }

    /// <summary>The policies.</summary>
    public SearchModel Model { get; }

    /// <summary>Columns a table needs for parsing.</summary>
    public IEnumerable<int> Columns => [Options.WordColumn, Options.TagColumn];

    /// <summary>Parses sentences of a table; for one thread.</summary>
    public ParserSession NewSession(SentenceTable table) => new(this, table);

    /// <summary>Writes it.</summary>
    public void Save(Stream stream)
    {
        using var writer = new ModelWriter(stream);
        writer.BeginChunk(Tag, OptionsFormat.Version);
        OptionsFormat.Write(writer, Options);
        writer.EndChunk();
        Relations.Save(writer);
        Model.Save(writer);
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">The file's content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ForageException">It is no such model, or damaged.</exception>
    public static DependencyParser Load(Stream stream, string name)
    {
        var reader = new ModelReader(stream, name);
        reader.BeginChunk(Tag, OptionsFormat.Version, OptionsFormat.Version);
        var options = OptionsFormat.ReadParser(reader);
        reader.EndChunk();
        var parser = new DependencyParser(options, LabelSet.Load(reader), SearchModel.Load(reader));
        reader.Finish();
        if (!parser.Model.Actions.SequenceEqual(DependencyTask.Actions(parser.Relations.Count))) throw new ForageException($"{name} is damaged: its policies do not fit its {parser.Relations.Count} relations.");
        return parser;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

/// <summary>Parses sentences of a table, one thread's worth.</summary>
public sealed class ParserSession
{
    private readonly DependencyTask _task;
    private readonly ParserColumns _columns;
    private readonly Search _search;

    internal ParserSession(DependencyParser parser, SentenceTable table)
        => (_task, _columns, _search) = (new DependencyTask(parser.Relations.Count > 0), new ParserColumns(parser.Options, table), new Search(parser.Model));

    /// <summary>A sentence with its predicted heads and relations.</summary>
    public DependencySentence Parse(int sentence)
    {
        var x = _columns.Sentence(sentence, null);
        _search.Run(_task, x);
        return x;
    }
}
