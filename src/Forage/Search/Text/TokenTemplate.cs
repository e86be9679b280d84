using System.Collections.Immutable;

namespace Forage.Search.Text;

/// <summary>What one term of a template looks at: a column of the token <paramref name="Offset"/> places on, in some view.</summary>
/// <param name="Column">Column of the file, from 0.</param>
/// <param name="Offset">Place relative to the token at hand, -<see cref="TokenTemplates.MaxOffset"/> to <see cref="TokenTemplates.MaxOffset"/>.</param>
/// <param name="View">How it is looked at.</param>
public readonly record struct TokenTerm(int Column, int Offset, TokenView View);

/// <summary>
/// One feature of a token: several terms seen together (none: a constant). It is absent where one of its terms is, such as a prefix of four characters of a
/// word of three. With labels it depends also on labels predicted before, with guesses on those of an earlier pass over the sentence.
/// </summary>
/// <param name="Salt">Tells templates apart: features are the same where salt and what is seen are the same.</param>
/// <param name="Terms">What is looked at.</param>
/// <param name="Labels">Places of earlier labels, such as -1, that are part of the feature.</param>
/// <param name="Guesses">Places, before, at or behind the token, of labels of an earlier pass that are part of the feature.</param>
public sealed record TokenTemplate(uint Salt, ImmutableArray<TokenTerm> Terms, ImmutableArray<int> Labels, ImmutableArray<int> Guesses)
{
    /// <summary>Whether it waits for labels or guesses.</summary>
    public bool IsConditioned => !Labels.IsEmpty || !Guesses.IsEmpty;

    /// <summary>A template that looks at no label.</summary>
    public TokenTemplate(uint salt, ImmutableArray<TokenTerm> terms) : this(salt, terms, [], []) { }
}
