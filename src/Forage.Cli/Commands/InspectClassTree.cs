using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c> of a tree over classes: its shape, and how pure and balanced its largest nodes split.</summary>
internal static class InspectClassTree
{
    /// <summary>What the entropy and the figures of nodes are of.</summary>
    private const string Counted = "training examples, each as it was routed right after it was learnt";

    public static int Run(string path, TrainedModel model, int top, Session session)
    {
        var (recipe, tree) = (model.Recipe, model.ClassTree!);
        var d = tree.Describe();
        var output = new InspectClassTreeOutput(path, new FileInfo(path).Length, "multiclass", ClassTreeLine.NameOf(tree.Method), InputFormats.NameOf(recipe.Format), recipe.Version, recipe.Seed, recipe.Examples,
            recipe.Passes, JsonDocument.Parse(LinearOptionsJson.ToJson(tree.Options.Learner)).RootElement, ClassTreeOptionsOutput.Of(tree.Method, tree.Options), tree.Classes, d.Nodes, d.Leaves, d.Depth, Math.Round(d.MeanDepth, 4),
            double.IsNaN(d.Entropy) ? null : Math.Round(d.Entropy, 6), double.IsNaN(d.Entropy) ? null : Counted, d.Swaps, d.MostRecycled, tree.Pool.Features, d.Weights, d.WeightBytes, d.CounterBytes, d.IsFull,
            [.. d.Largest.Take(top).Select(n => new InspectNodeOutput(n.Node, n.Depth, n.Examples, n.Classes, Math.Round(n.Quality.J, 4), Math.Round(n.Quality.Purity, 4), Math.Round(n.Quality.Balance, 4), n.Weights))]);
        if (session.Json) session.WriteJson(output, InspectClassTreeJson.Readable.InspectClassTreeOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static void Print(InspectClassTreeOutput o, TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        Line("model", $"{o.Model} ({Numbers.Bytes(o.Bytes)})");
        Line("task", $"{o.Task}, by {o.Method}");
        Line("format of its input", o.Format);
        Line("learnt from", $"{Numbers.Count(o.Examples)} examples in {o.Passes} pass{(o.Passes == 1 ? "" : "es")}, seed {o.Seed}, Forage {o.Version}");
        Line("classes", Numbers.Count(o.Classes));
        Line("tree", $"{Numbers.Count(o.Nodes)} nodes, {Numbers.Count(o.Leaves)} leaves, depth {o.Depth}, {o.MeanDepth.ToString("0.0", CultureInfo.InvariantCulture)} on average");
        Line("tree entropy", o.Entropy is { } entropy ? $"{entropy.ToString("0.0000", CultureInfo.InvariantCulture)} nats (of {Math.Log(o.Classes).ToString("0.0000", CultureInfo.InvariantCulture)} at most) over {Counted}"
            : "not counted; only the nodes of a lomtree or a recall-tree count their classes");
        if (o.Method == "lomtree") Line("nodes recycled", $"{Numbers.Count(o.Swaps)} times, any one at most {o.MostRecycled} times");
        Line("weights set", $"{Numbers.Count(o.Weights)} of {Numbers.Count(o.Features)} features");
        Line("memory", $"{Numbers.Bytes(o.WeightBytes)} of weights{(o.IsFull ? " (full: some were left out)" : "")}, {Numbers.Bytes(o.CounterBytes)} of counts");
        to.WriteLine("recipe");
        foreach (var p in o.Recipe.EnumerateObject())
            if (p.Value.ValueKind != JsonValueKind.Null) to.WriteLine($"  {JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name),-20} {p.Value}");
        to.WriteLine("options of the tree");
        foreach (var (name, value) in o.TreeOptions.Told) to.WriteLine($"  {name,-20} {value}");
        if (o.Largest.Count == 0) return;
        to.WriteLine();
        to.WriteLine($"the nodes most examples came through; J, purity and balance are of {Counted}{(o.TreeOptions.GrowPasses > 0 ? " while the tree grew" : "")}:");
        to.WriteLine("they tell how well a node keeps classes apart that it has just been taught, not how well it routes new examples");
        var table = new TextTable(">node", ">depth", ">examples", ">classes", ">J", ">purity", ">balance", ">weights");
        foreach (var n in o.Largest)
            table.Add(Text(n.Node), Text(n.Depth), Numbers.Count(n.Examples), Text(n.Classes), Text(n.J), Text(n.Purity), Text(n.Balance), Numbers.Count(n.Weights));
        table.Write(to);
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Text(double v) => v.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>What <c>inspect</c> tells of a tree over classes.</summary>
internal sealed record InspectClassTreeOutput(string Model, long Bytes, string Task, string Method, string Format, string Version, ulong Seed, long Examples, int Passes, JsonElement Recipe,
    ClassTreeOptionsOutput TreeOptions, int Classes, int Nodes, int Leaves, int Depth, double MeanDepth, double? Entropy, string? FiguresOf, long Swaps, int MostRecycled, int Features, long Weights, long WeightBytes, long CounterBytes, bool IsFull, IReadOnlyList<InspectNodeOutput> Largest);

/// <summary>A node of a tree over classes: how good its split was.</summary>
internal sealed record InspectNodeOutput(int Node, int Depth, long Examples, int Classes, double J, double Purity, double Balance, int Weights);

/// <summary>Source-generated JSON of <c>inspect</c> of a tree over classes.</summary>
[JsonSerializable(typeof(InspectClassTreeOutput))]
internal sealed partial class InspectClassTreeJson : JsonSerializerContext
{
    public static InspectClassTreeJson Readable => field ??= new InspectClassTreeJson(JsonStyle.NewOptions());
}
