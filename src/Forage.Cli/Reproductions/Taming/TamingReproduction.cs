namespace Forage.Cli.Reproductions.Taming;

/// <summary>
/// "Taming the Monster" (Agarwal, Hsu, Kale, Langford, Li, Schapire 2014), Table 1, on the part of RCV1 that can be had and on its topics, with explorers found since,
/// beside vw; and the bake-off of Bietti, Agarwal, Langford 2021 on 18 multiclass sets.
/// </summary>
internal sealed class TamingReproduction : IReproduction
{
    public string Name => "taming";

    public string Summary => "exploration online: the paper's table of explorers, beside vw, and a bake-off on 18 sets";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        foreach (var set in TamingSet.Load(context, result))
        {
            set.Play(context);
            var vw = set.Name == "ccat" ? TamingVw.Run(context, set) : [];
            TamingTables.Add(set, vw, result);
            if (set.Name == "ccat") TamingTargets.Add(set, vw, result);
            if (set.Name == "ccat") TamingRace.Run(context, set, result);
        }
        BakeOff.Run(context, result);
        return result;
    }
}
