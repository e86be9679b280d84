using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.OffPolicy.Learning;
using Forage.Search.Models;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c>: what is in a model.</summary>
internal sealed class InspectCommand : CliCommand
{
    public const string Summary = "Show what is in a model or policy: recipe, sizes, largest weights";

    private readonly Argument<string> _model = new("MODEL") { Description = "The model or policy" };
    private readonly Option<int> _top = new("--top") { Description = "How many of the largest weights to show", HelpName = "N", DefaultValueFactory = _ => 20 };

    public InspectCommand() : base("inspect", Summary)
    {
        Arguments.Add(_model);
        Options.Add(_top);
    }

    public override IReadOnlyList<Example> Examples => [new("inspect model.forage --top 50", "The recipe and the fifty largest weights, by name if names were kept"), new("inspect improved.policy", "How a policy decides, what made it and what was found out about it")];

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_model);
        int top = parsed.GetValue(_top);
        if (top < 0) throw new UsageException($"forage inspect: option '--top' got '{top}', expected 0 or more");
        string? tag = ModelFiles.FirstTag(path);
        if (tag == PolicyModel.Tag) return InspectPolicy.Run(path, top, session);
        if (tag is Tagger.Tag or DependencyParser.Tag) return InspectSequence.Run(path, tag, session);
        using var model = TrainedModel.Load(path);
        if (model.Tree is not null) return InspectTree.Run(path, model, session);
        if (model.ClassTree is not null) return InspectClassTree.Run(path, model, top, session);
        if (model.Quantiles is not null) return InspectQuantiles.Run(path, model, session);
        var contents = ModelContents.Of(model, top);
        var output = new InspectOutput(path, new FileInfo(path).Length, model.Recipe.Task.ToString().ToLowerInvariant(), model.Recipe.Format.ToString().ToLowerInvariant(), model.Recipe.Version,
            model.Recipe.Seed, model.Recipe.Examples, model.Recipe.Passes, JsonDocument.Parse(LinearOptionsJson.ToJson(model.Learner.Options)).RootElement, model.Learner.Rate, model.Learner.Slots,
            contents.WeightsSet, contents.WeightsInAll, model.Names?.Count, [.. contents.Largest.Select(w => new WeightOutput(w.Index, w.Slot, w.Weight, w.Name))]);
        if (session.Json) session.WriteJson(output, InspectJson.Readable.InspectOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static void Print(InspectOutput o, TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        Line("model", $"{o.Model} ({Numbers.Bytes(o.Bytes)})");
        Line("task", o.Task);
        Line("format of its input", o.Format);
        Line("learnt from", $"{Numbers.Count(o.Examples)} examples in {o.Passes} pass{(o.Passes == 1 ? "" : "es")}, seed {o.Seed}, Forage {o.Version}");
        if (o.Slots > 1) Line("classes", Numbers.Count(o.Slots));
        Line("weights set", $"{Numbers.Count(o.WeightsSet)} of {Numbers.Count(o.WeightsInAll)}");
        Line("names kept", o.Names is { } n ? Numbers.Count(n) : "no");
        to.WriteLine("recipe");
        foreach (var p in o.Recipe.EnumerateObject())
            if (p.Value.ValueKind != JsonValueKind.Null) to.WriteLine($"  {JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name),-20} {p.Value}");
        if (o.Weights.Count == 0) return;
        to.WriteLine();
        bool slots = o.Slots > 1;
        var table = slots ? new TextTable(">weight", ">slot", ">index", "name") : new TextTable(">weight", ">index", "name");
        foreach (var w in o.Weights)
        {
            string weight = w.Weight.ToString("G6", CultureInfo.InvariantCulture), index = w.Index.ToString(CultureInfo.InvariantCulture);
            if (slots) table.Add(weight, w.Slot.ToString(CultureInfo.InvariantCulture), index, w.Name ?? "");
            else table.Add(weight, index, w.Name ?? "");
        }
        table.Write(to);
    }
}

/// <summary>What <c>inspect</c> tells.</summary>
internal sealed record InspectOutput(string Model, long Bytes, string Task, string Format, string Version, ulong Seed, long Examples, int Passes, JsonElement Recipe, float LearningRate, int Slots,
    long WeightsSet, long WeightsInAll, int? Names, IReadOnlyList<WeightOutput> Weights);

/// <summary>A weight.</summary>
internal sealed record WeightOutput(uint Index, int Slot, float Weight, string? Name);

/// <summary>Source-generated JSON of <c>inspect</c>.</summary>
[JsonSerializable(typeof(InspectOutput))]
internal sealed partial class InspectJson : JsonSerializerContext
{
    public static InspectJson Readable => field ??= new InspectJson(JsonStyle.NewOptions());
}
