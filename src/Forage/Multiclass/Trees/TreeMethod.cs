namespace Forage.Multiclass.Trees;

/// <summary>How a tree over classes is made.</summary>
public enum TreeMethod
{
    /// <summary>LOMtree: the partition at each node is learnt online, pure and balanced (Choromanska, Langford 2015).</summary>
    LomTree,

    /// <summary>A balanced tree with the classes at its leaves in random order, every node learnt on its own.</summary>
    RandomTree,

    /// <summary>The same tree learnt bottom up: a node learns only from examples whose class won below it (Beygelzimer, Langford, Ravikumar 2009).</summary>
    FilterTree,

    /// <summary>Routers learnt to lower label entropy lead to a few candidate classes, which are told apart one against some (Daumé, Karampatziakis, Langford, Mineiro 2017).</summary>
    RecallTree,
}
