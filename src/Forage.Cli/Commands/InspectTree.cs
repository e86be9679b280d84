using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Extreme.Tree;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c> of a label tree: its recipe, its levels and how many weights they have.</summary>
internal static class InspectTree
{
    public static int Run(string path, TrainedModel model, Session session)
    {
        var (recipe, tree) = (model.Recipe, model.Tree!);
        var output = new InspectTreeOutput(path, new FileInfo(path).Length, "multilabel", "tree", InputFormats.NameOf(recipe.Format), recipe.Version, recipe.Seed, recipe.Examples,
            JsonDocument.Parse(LabelTreeOptionsJson.ToJson(tree.Options)).RootElement, tree.LabelCount, tree.FeatureCount, [.. tree.Shapes.Select(TreeShapeOutput.Of)]);
        if (session.Json) session.WriteJson(output, InspectTreeJson.Readable.InspectTreeOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static void Print(InspectTreeOutput o, TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        Line("model", $"{o.Model} ({Numbers.Bytes(o.Bytes)})");
        Line("task", $"{o.Task}, by {(o.Trees.Count == 1 ? "a label tree" : $"{o.Trees.Count} label trees")}");
        Line("format of its input", o.Format);
        Line("learnt from", $"{Numbers.Count(o.Examples)} examples with {Numbers.Count(o.Features)} features, seed {o.Seed}, Forage {o.Version}");
        Line("labels", $"{Numbers.Count(o.Trees[0].Labels)} of {Numbers.Count(o.Labels)} had examples");
        to.WriteLine("recipe");
        foreach (var p in o.Recipe.EnumerateObject()) to.WriteLine($"  {p.Name,-20} {p.Value}");
        to.WriteLine();
        var table = new TextTable(">tree", ">level", ">nodes", ">children", ">weights");
        for (int t = 0; t < o.Trees.Count; t++)
        {
            foreach (var level in o.Trees[t].Levels)
                table.Add((t + 1).ToString(CultureInfo.InvariantCulture), level.Level.ToString(CultureInfo.InvariantCulture), Numbers.Count(level.Nodes), $"{level.FewestChildren}-{level.MostChildren}", Numbers.Count(level.Weights));
        }
        table.Write(to);
    }
}

/// <summary>What <c>inspect</c> tells of a label tree.</summary>
internal sealed record InspectTreeOutput(string Model, long Bytes, string Task, string Method, string Format, string Version, ulong Seed, long Examples, JsonElement Recipe, int Labels, int Features,
    IReadOnlyList<TreeShapeOutput> Trees);

/// <summary>A tree of a model.</summary>
internal sealed record TreeShapeOutput(int Labels, int Depth, IReadOnlyList<TreeLevelOutput> Levels)
{
    public static TreeShapeOutput Of(LabelTreeShape shape) => new(shape.LabelCount, shape.Depth, [.. Enumerable.Range(0, shape.Depth).Select(level =>
    {
        var children = Enumerable.Range(0, shape.ClusterCount(level)).Select(c => shape.ChildrenOf(level, c)).Select(c => c.End - c.First).ToList();
        return new TreeLevelOutput(level, children.Count, children.Min(), children.Max(), shape.WeightsAt(level));
    })]);
}

/// <summary>A level of a tree.</summary>
internal sealed record TreeLevelOutput(int Level, int Nodes, int FewestChildren, int MostChildren, long Weights);

/// <summary>Source-generated JSON of <c>inspect</c> of a label tree.</summary>
[JsonSerializable(typeof(InspectTreeOutput))]
internal sealed partial class InspectTreeJson : JsonSerializerContext
{
    public static InspectTreeJson Readable => field ??= new InspectTreeJson(JsonStyle.NewOptions());
}
