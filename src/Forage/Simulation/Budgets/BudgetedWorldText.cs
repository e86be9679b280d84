using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>Worlds with budgets as people type them: a name, then options, as in <c>ads:kinds=6,share=0.4</c>. Budgets that are shares are of the horizon, so that they grow with it.</summary>
public static class BudgetedWorldText
{
    /// <summary>Names with what they are and their options, in the order of the help.</summary>
    public static IReadOnlyList<(string Name, string What)> Names { get; } =
    [
        ("ads", "ads of advertisers with budgets, users of several kinds (kinds=4, advertisers=3, share=0.6)"),
        ("pricing", "selling a limited supply at prices made to the customer (kinds=4, prices=5, supply=0.3)"),
        ("procurement", "buying work on a budget from workers of several kinds (kinds=4, prices=5, money=0.1)"),
        ("random", "an action succeeds, earns and consumes at random (contexts=4, actions=4, resources=2, budget=0.12)"),
        ("auctions=FILE", "bidding on a budget in real auctions, lines of click, price, predicted rate (kinds=5, bids=6, money=0.1)"),
        ("turns", "footnote 2: the best fixed policy earns half of the best mixture"),
        ("hard", "the family of Theorem 18, which nobody can learn (actions=4, budget=√(KT)/2)"),
    ];

    /// <summary>Reads a world.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="horizon">T.</param>
    /// <param name="seed">Draws what is random about it; equal for all horizons.</param>
    /// <exception cref="ForageException">An unknown name or option, or a value out of range.</exception>
    public static BudgetedSetup Parse(string text, long horizon, ulong seed)
    {
        var options = new NamedOptions(text);
        var rng = new Rng(seed).Fork(9);
        if (horizon is < 1 or > int.MaxValue) throw new ForageException($"A horizon of {horizon} rounds was asked for; expected 1 to {int.MaxValue}.");
        switch (options.Name)
        {
            case "ads":
                int kinds = options.Whole("kinds", 4, 1, 1000), advertisers = options.Whole("advertisers", 3, 1, 200);
                double share = options.Number("share", 0.6);
                options.Done();
                return new BudgetedSetup(text, BudgetedWorlds.AdAllocation(kinds, advertisers, horizon, share, ref rng), null, seed);
            case "pricing" or "procurement":
                kinds = options.Whole("kinds", 4, 1, 1000);
                int prices = options.Whole("prices", 5, 1, 200);
                bool sells = options.Name == "pricing";
                double part = options.Number(sells ? "supply" : "money", sells ? 0.3 : 0.1);
                options.Done();
                if (!(part is > 0 and <= 1)) throw new ForageException(FormattableString.Invariant($"A budget of {part} of the rounds was asked for in '{text}'; expected a share above 0, at most 1."));
                return new BudgetedSetup(text, sells ? BudgetedWorlds.DynamicPricing(kinds, prices, horizon, part * horizon) : BudgetedWorlds.Procurement(kinds, prices, horizon, part * horizon), null, seed);
            case "random":
                int contexts = options.Whole("contexts", 4, 1, 1000), actions = options.Whole("actions", 4, 2, 200), resources = options.Whole("resources", 2, 0, 20);
                double budget = options.Number("budget", 0.12);
                options.Done();
                return new BudgetedSetup(text, BudgetedWorlds.Random(contexts, actions, resources, horizon, budget, ref rng), null, seed);
            case var named when named.StartsWith("auctions=", StringComparison.Ordinal):
                var auctions = AuctionWorld.Read(named["auctions=".Length..], options.Whole("kinds", 5, 1, 1000), options.Whole("bids", 6, 1, 200), horizon, options.Number("money", 0.1));
                options.Done();
                return new BudgetedSetup(text, auctions, null, seed);
            case "turns":
                options.Done();
                return new BudgetedSetup(text, BudgetedWorlds.TakingTurns(horizon), null, seed);
            case "hard":
                actions = options.Whole("actions", 4, 2, 200);
                int units = options.Whole("budget", Divisor((int)horizon, Math.Sqrt((double)actions * horizon) / 2), 1, (int)horizon);
                options.Done();
                var family = new HardBudgetFamily(actions, (int)horizon, units);
                return new BudgetedSetup(text, family.Instance(1 + rng.NextInt(actions - 1), rng.NextInt(family.Contexts)), family.Policies, seed);
            default:
                throw new ForageException($"The world '{options.Name}' is not known; expected {string.Join(", ", Names.Select(n => n.Name))}.");
        }
    }

    private static int Divisor(int of, double most)
    {
        int d = Math.Max(1, (int)most);
        while (of % d != 0) d--;
        return d;
    }
}
