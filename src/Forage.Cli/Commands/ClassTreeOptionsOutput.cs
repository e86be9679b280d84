using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Commands;

/// <summary>The options of a tree over classes that its method has a use for, by the names of <c>learn</c>; 0 where the number of classes decides or there is no bound.</summary>
internal sealed record ClassTreeOptionsOutput(int? Nodes, double? SwapResistance, double? MixedShare, int? GrowPasses, float? GrowRate, int? NodeClasses, int? Candidates, int? Leaves, int Memory)
{
    /// <summary>Those of a tree.</summary>
    public static ClassTreeOptionsOutput Of(TreeMethod method, ClassTreeOptions o)
    {
        T? If<T>(string option, T? value) where T : struct => ClassTreeLine.IsOf(method, option) ? value : null;
        return new ClassTreeOptionsOutput(If<int>("--nodes", o.MostNodes), If<double>("--swap-resistance", o.SwapResistance), If<double>("--mixed-share", o.MixedShare), If<int>("--grow-passes", o.GrowPasses),
            If("--grow-rate", o.GrowRate), If<int>("--node-classes", o.MostClassesPerNode), If<int>("--candidates", o.Candidates), If<int>("--leaves", o.Beam), o.MostMegabytes);
    }

    /// <summary>Names and values as people read them.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, string Value)> Told
    {
        get
        {
            if (Nodes is { } nodes) yield return ("nodes", OrElse(nodes, "by the number of classes"));
            if (SwapResistance is { } resistance) yield return ("swap-resistance", Numbers.Plain(resistance));
            if (MixedShare is { } share) yield return ("mixed-share", Numbers.Plain(share));
            if (GrowPasses is { } passes) yield return ("grow-passes", OrElse(passes, "all"));
            if (GrowRate is { } rate) yield return ("grow-rate", rate.ToString(CultureInfo.InvariantCulture));
            if (NodeClasses is { } counted) yield return ("node-classes", OrElse(counted, "all"));
            if (Candidates is { } candidates) yield return ("candidates", OrElse(candidates, "by the number of classes"));
            if (Leaves is { } leaves) yield return ("leaves", Numbers.Plain(leaves));
            yield return ("memory", Memory == 0 ? "no bound" : $"{Memory} MB");
        }
    }

    private static string OrElse(int value, string ifZero) => value == 0 ? ifZero : value.ToString(CultureInfo.InvariantCulture);
}
