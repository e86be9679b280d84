using Forage.Bandits;
using Forage.Linear;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>A row of the table: an algorithm with the settings searched, and what the paper says of it.</summary>
/// <param name="Name">The paper's name, or ours.</param>
/// <param name="Two">Settings over two actions, as <see cref="BanditText"/> reads them; none for full information.</param>
/// <param name="Many">Settings over many actions.</param>
/// <param name="PaperLoss">Progressive loss in the paper's Table 1, on all of RCV1.</param>
/// <param name="PaperBest">Its best setting there.</param>
/// <param name="PaperSeconds">Its seconds there.</param>
/// <param name="Vw">The same algorithm in vw, settings to try.</param>
internal sealed record TamingFamily(string Name, string[] Two, string[] Many, double? PaperLoss = null, string PaperBest = "", double? PaperSeconds = null, string[]? Vw = null)
{
    public const string Supervised = "supervised", Epsilon = "ε-greedy", Bagging = "bagging", LinUcb = "LinUCB, 1,000 dimensions", DiagonalLinUcb = "LinUCB, diagonal", Cover = "Online Cover";

    /// <summary>The rows of Table 1, then explorers found since.</summary>
    public static IReadOnlyList<TamingFamily> All { get; } =
    [
        new(Supervised, [], [], 0.051, "nothing", 5.3, ["--oaa 2"]),
        new(Epsilon, [.. Cross("epsilon:epsilon=", ["0.02", "0.05", "0.1"], "mtr", "dm", "dr")], [.. Cross("epsilon:epsilon=", ["0.02", "0.05", "0.1"], "dm")], 0.148, "ε = 0.1", 17,
            ["--cbify 2 --epsilon 0.02 --cb_type mtr", "--cbify 2 --epsilon 0.05 --cb_type mtr"]),
        new("explore-first", [.. Cross("first:rounds=", ["200", "1000", "5000"], "mtr", "dm")], [.. Cross("first:rounds=", ["1000", "5000"], "dm")], 0.081, "first 2·10⁵", 2.6,
            ["--cbify 2 --first 100", "--cbify 2 --first 500", "--cbify 2 --first 2000"]),
        new(Bagging, [.. Cross("bag:n=", ["2", "4", "8", "16"], "mtr", "dm"), "bag:n=16,greedify=0,estimator=dm"], [.. Cross("bag:n=", ["4"], "dm")], 0.059, "16 bags", 275,
            ["--cbify 2 --bag 4 --greedify", "--cbify 2 --bag 16"]),
        new(LinUcb, ["linucb:dimensions=1000,project,minibatch=10,width=0.1", "linucb:dimensions=1000,project,minibatch=10,width=1"], [], 0.128, "10³ dim, minibatch 10", 212e3),
        new(DiagonalLinUcb, ["linucb:width=0.1", "linucb:width=0.3", "linucb:width=1", "linucb:width=1,ridge=10"], ["linucb:width=0.3", "linucb:width=1"], 0.137, "", 3600),
        new(Cover,
        [
            .. Cross("cover:n=1,epsilon=", ["0.02", "0.1", "0.5"], "mtr", "dm", "dr"),
            .. Cross("cover:n=4,nounif,epsilon=1,psi=", ["0.01", "0.1"], "mtr", "dm", "dr"),
            .. Cross("cover:n=4,epsilon=0.1,psi=", ["0.01", "0.1", "1"], "mtr", "dm"),
            "cover:n=16,nounif,epsilon=1,psi=0.01,estimator=dm",
        ],
        [.. Cross("cover:n=1,epsilon=", ["0.1"], "dm"), .. Cross("cover:n=4,nounif,epsilon=1,psi=", ["0.1"], "dm"), .. Cross("cover:n=4,epsilon=0.1,psi=", ["0.1", "1"], "dm")], 0.053, "cover n = 1", 12,
            ["--cbify 2 --cover 4 --nounif --psi 0.01 --cb_type dr", "--cbify 2 --cover 1 --cb_type dr"]),
        new("ε-greedy, ε ~ t^(-1/3)", [.. Cross("epsilon:decay=0.3333,epsilon=", ["0.1", "0.3", "1"], "dm")], [.. Cross("epsilon:decay=0.3333,epsilon=", ["0.3", "1"], "dm")]),
        new("epoch-greedy", ["epoch:estimator=dm"], ["epoch:estimator=dm"]),
        new("softmax", [.. Cross("softmax:lambda=", ["10", "30", "100"], "dm")], [.. Cross("softmax:lambda=", ["100"], "dm")]),
        new("SquareCB", [.. Cross("squarecb:gamma=", ["10", "100", "1000"], "mtr", "dm")], [.. Cross("squarecb:gamma=", ["1000", "10000"], "dm")], Vw: ["--cbify 2 --squarecb --gamma_scale 1000"]),
        new("RegCB", [.. Cross("regcb:mellowness=", ["0.0001", "0.001", "0.01"], "mtr", "dm")], [.. Cross("regcb:mellowness=", ["0.001"], "dm")], Vw: ["--cbify 2 --regcbopt"]),
        new("Thompson sampling, diagonal", ["thompson:width=0.03", "thompson:width=0.1", "thompson:width=0.3"], []),
    ];

    /// <summary>Contestants on a set of so many actions.</summary>
    public IEnumerable<BanditContestant> Contestants(int actions, int bits)
    {
        var start = new BanditRecipe { Actions = actions, Learner = new LinearOptions { Bits = bits } };
        if (Name == Supervised) return [new BanditContestant(Name, start, Supervised: true)];
        return (actions == 2 ? Two : Many).Select(t => new BanditContestant(t, BanditText.Parse(t, start)));
    }

    private static IEnumerable<string> Cross(string text, string[] values, params string[] estimators) =>
        from estimator in estimators
        from value in values
        select $"{text}{value},estimator={estimator}";
}
