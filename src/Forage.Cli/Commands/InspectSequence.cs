using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Search.Models;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c> of a tagger or a parser.</summary>
internal static class InspectSequence
{
    public static int Run(string path, string tag, Session session)
    {
        var output = Read(path, tag);
        if (session.Json) session.WriteJson(output, InspectSequenceJson.Readable.InspectSequenceOutput);
        else output.Print(session.Out);
        return ExitCode.Fine;
    }

    private static InspectSequenceOutput Read(string path, string tag)
    {
        using var stream = Decisions.TextFiles.Open(path);
        long bytes = new FileInfo(path).Length;
        if (tag == DependencyParser.Tag)
        {
            using var parser = DependencyParser.Load(stream, path);
            var o = parser.Options;
            return new(path, bytes, "dependency", SentenceFiles.NameOf(o.Format), o.WordColumn, o.TagColumn, o.HeadColumn, null, o.Passes, o.Learning.Seed, parser.Model.Features, parser.Relations.Names, null, null);
        }
        using var tagger = Tagger.Load(stream, path);
        var t = tagger.Options;
        return new(path, bytes, t.Encoding is null ? "sequence" : "entities", SentenceFiles.NameOf(t.Format), t.WordColumn, t.TagColumn, t.LabelColumn, t.Encoding?.ToString(), t.Passes, t.Learning.Seed,
            tagger.Model.Features, tagger.Labels.Names, tagger.Templates.Text, tagger.FirstTemplates?.Text);
    }
}

/// <summary>What <c>inspect</c> tells of a tagger or a parser.</summary>
internal sealed record InspectSequenceOutput(string Model, long Bytes, string Task, string Format, int WordColumn, int TagColumn, int LabelColumn, string? Encoding, int MostPasses, ulong Seed, long Features,
    IReadOnlyList<string> Labels, string? Templates, string? FirstTemplates)
{
    public void Print(TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        Line("model", $"{Model} ({Numbers.Bytes(Bytes)})");
        Line("task", Task + (Encoding is null ? "" : $", spans written as {Encoding}"));
        Line("format of its input", Format);
        Line("columns", $"word {WordColumn}, " + (TagColumn < 0 ? "" : $"tag {TagColumn}, ") + $"predicted {LabelColumn}");
        Line("features", Numbers.Count(Features));
        Line("learnt in", $"at most {MostPasses} passes, seed {Seed}");
        Line("labels", $"{Numbers.Count(Labels.Count)}: {string.Join(' ', Labels)}");
        if (FirstTemplates is not null) to.WriteLine("templates of the first pass\n  " + FirstTemplates.Trim().ReplaceLineEndings("\n  "));
        if (Templates is not null) to.WriteLine("templates\n  " + Templates.Trim().ReplaceLineEndings("\n  "));
    }
}

/// <summary>Source-generated JSON of <c>inspect</c> of a tagger or a parser.</summary>
[JsonSerializable(typeof(InspectSequenceOutput))]
internal sealed partial class InspectSequenceJson : JsonSerializerContext
{
    public static InspectSequenceJson Readable => field ??= new InspectSequenceJson(JsonStyle.NewOptions());
}
