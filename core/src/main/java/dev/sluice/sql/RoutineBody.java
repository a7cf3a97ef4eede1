package dev.sluice.sql;

import java.util.List;
import java.util.Set;

/**
 * What the text of a stored routine, a view or another piece of code in a database's catalog does.
 * Immutable and safe for use by several threads.
 *
 * <p>Guarantees: {@link Route#REPLICA} only if every statement in it is proven to be a plain read,
 * but for the routines that it {@link #calls()} and the names that it {@link #names() mentions},
 * which whoever has the catalog must look up. What is not understood, and text that is made at run
 * time, is {@link Route#PRIMARY} and {@link #definesSchema()}. Never throws for any text, and takes
 * time linear in its length.
 *
 * @param route REPLICA, CURRENT, SAME, PRIMARY or PIN: the farthest from a plain read that is met
 * @param calls functions that are no builtin ones, and procedures, as written, in lower case, with
 *     their schema where it is given
 * @param names every identifier in it, last part, in lower case: what it may read is among them
 * @param definesSchema whether it may create, alter or drop something
 */
public record RoutineBody(
    Route route, List<String> calls, Set<String> names, boolean definesSchema) {
  /** Longer texts are not understood. */
  private static final int LONGEST = 1 << 18;

  private static final RoutineBody NOT_UNDERSTOOD =
      new RoutineBody(Route.PRIMARY, List.of(), Set.of(), true);

  /** Defends itself. */
  public RoutineBody {
    calls = List.copyOf(calls);
    names = Set.copyOf(names);
  }

  /**
   * Reads one or more statements without control structures: a view's definition, a body of {@code
   * LANGUAGE sql}.
   *
   * @param text the statements
   * @param mode how the text is cut into tokens
   * @return what they do
   */
  public static RoutineBody statements(String text, LexerMode mode) {
    if (text.length() > LONGEST) {
      return NOT_UNDERSTOOD;
    }
    try {
      SqlFindings all = SqlScanner.read(text, mode);
      Route route =
          switch (all.route) {
            case REPLICA, CURRENT, SAME, PIN -> all.route;
            case PRIMARY -> all.unknownFunctions.isEmpty() ? Route.PRIMARY : Route.REPLICA;
            case TRACK -> Route.PIN;
            case TRANSACTION_READ, TRANSACTION_WRITE -> Route.PRIMARY;
          };
      Set<String> names = RoutineWalker.names(Lexer.read(text, mode, true));
      boolean defines = all.definesSchema || all.kind == StatementKind.CALL;
      return new RoutineBody(route, all.calls.toList(), names, defines);
    } catch (RuntimeException e) {
      return NOT_UNDERSTOOD;
    }
  }

  /**
   * Reads a block: a body of PL/pgSQL, {@code RETURN ...} and {@code BEGIN ATOMIC} of PostgreSQL, a
   * body of MySQL or MariaDB.
   *
   * @param text the body
   * @param mode how the text is cut into tokens
   * @param parameters the routine's parameters in lower case, which it may assign
   * @return what it does
   */
  public static RoutineBody block(String text, LexerMode mode, Set<String> parameters) {
    if (text.length() > LONGEST) {
      return NOT_UNDERSTOOD;
    }
    try {
      Tokens tokens = Lexer.read(text, mode, true);
      if (tokens.executableComment) {
        return NOT_UNDERSTOOD;
      }
      return new RoutineWalker(tokens, mode, parameters).read();
    } catch (RuntimeException e) {
      return NOT_UNDERSTOOD;
    }
  }
}
