namespace Forage.Cli.Reproductions.Poxm;

/// <summary>Table 2 of Lopez, Dhillon, Jordan 2021, on its own three sets: R@3, R@5, nDCR@3, nDCR@5, PSR@3, PSR@5 in %.</summary>
internal static class PaperTable
{
    /// <summary>A row of the table.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Method">The method; AttentionXML saw all labels of all training rows.</param>
    /// <param name="Values">The six metrics.</param>
    public sealed record Row(string Set, string Method, double[] Values)
    {
        /// <summary>Share of the gap from the logging policy to AttentionXML closed on R@5, in %.</summary>
        public double Gap => 100 * (Values[1] - Of(Set, Logging).Values[1]) / (Of(Set, Skyline).Values[1] - Of(Set, Logging).Values[1]);
    }

    /// <summary>Name of the first row of each set.</summary>
    public const string Logging = "Logging policy";

    /// <summary>Name of the last row of each set.</summary>
    public const string Skyline = "AttentionXML";

    /// <summary>All rows.</summary>
    public static readonly Row[] Rows =
    [
        new("EUR-Lex", Logging, [33.79, 31.23, 33.77, 34.07, 22.33, 21.66]),
        new("EUR-Lex", "Direct Method", [39.58, 32.22, 42.64, 38.69, 25.81, 26.58]),
        new("EUR-Lex", "BanditNet", [15.60, 13.51, 17.68, 16.29, 8.58, 8.48]),
        new("EUR-Lex", "PM-BanditNet", [20.44, 15.13, 24.17, 20.42, 9.51, 9.52]),
        new("EUR-Lex", "POXM", [52.38, 44.48, 55.73, 51.64, 35.42, 35.25]),
        new("EUR-Lex", Skyline, [73.08, 61.10, 76.37, 70.49, 51.29, 53.86]),
        new("Wiki10-31K", Logging, [42.49, 38.80, 43.57, 41.13, 7.43, 7.46]),
        new("Wiki10-31K", "Direct Method", [48.96, 38.16, 55.72, 46.38, 8.22, 7.78]),
        new("Wiki10-31K", "BanditNet", [49.92, 36.16, 56.54, 45.08, 7.20, 7.20]),
        new("Wiki10-31K", "PM-BanditNet", [49.06, 37.04, 55.91, 45.74, 7.09, 7.04]),
        new("Wiki10-31K", "POXM", [60.45, 53.03, 64.22, 58.26, 10.70, 10.58]),
        new("Wiki10-31K", Skyline, [77.78, 68.78, 79.94, 73.19, 17.05, 17.93]),
        new("Amazon-670K", Logging, [17.89, 17.05, 18.77, 18.65, 13.06, 13.06]),
        new("Amazon-670K", "Direct Method", [23.42, 20.14, 25.16, 23.28, 15.82, 16.30]),
        new("Amazon-670K", "BanditNet", [16.83, 14.54, 17.18, 16.11, 11.67, 11.67]),
        new("Amazon-670K", "PM-BanditNet", [17.31, 14.76, 17.67, 16.42, 12.05, 12.05]),
        new("Amazon-670K", "POXM", [26.89, 23.72, 28.93, 27.22, 19.59, 20.75]),
        new("Amazon-670K", Skyline, [40.67, 36.94, 43.04, 41.35, 32.36, 35.12]),
    ];

    /// <summary>The row of a set and method.</summary>
    public static Row Of(string set, string method) => Array.Find(Rows, r => r.Set == set && r.Method == method)!;
}
