package dev.sluice.jdbc;

import java.util.List;
import java.util.Random;

/**
 * Expressions of MySQL and MariaDB. In templates a space is a gap, where white space and comments
 * may stand; {@code ^} is a space of a literal, {@code %} an expression, {@code ?} a subquery of
 * one column.
 */
final class MySqlExpressions {
  private static final List<String> LEAVES =
      List.of(
          "a",
          "b",
          "id",
          "t1.a",
          "`b`",
          "1",
          "-2",
          "1.5e3",
          ".5",
          "null",
          "true",
          "'x'",
          "'it''s'",
          "'a\\'b'",
          "\"for^update\"",
          "';^delete^from^t1^--^'",
          "'/*!^into^@x^*/'",
          "'#'",
          "x'4142'",
          "0x41",
          "b'101'",
          "0b11",
          "N'abc'",
          "_utf8mb4'x'",
          "_latin1 x'41'",
          "date'2020-01-01'",
          "timestamp '2020-01-01^00:00:00'",
          "{d '2020-01-01'}",
          "{ts '2020-01-01^00:00:00'}",
          "{fn now()}",
          "now()",
          "current_timestamp",
          "current_date()",
          "utc_timestamp(3)",
          "rand()",
          "uuid()",
          "database()",
          "user()",
          "version()",
          "pi()",
          "'a' 'b'");
  private static final List<String> READS =
      List.of(
          "abs(%)",
          "concat(%, %)",
          "coalesce(%, %)",
          "if(%, %, %)",
          "ifnull(%, %)",
          "nullif(%, %)",
          "substring(b, 1, 3)",
          "substr(b from 2 for 2)",
          "trim(both 'x' from b)",
          "trim(%)",
          "date_add(d, interval 1 day)",
          "d + interval '1:1' minute_second",
          "extract(year from d)",
          "cast(% as char(10))",
          "cast(% as signed)",
          "convert(b using utf8mb4)",
          "convert(%, char)",
          "case when % then % else % end",
          "case a when 1 then % end",
          "a between % and %",
          "a in (1, 2, %)",
          "a not in (?)",
          "exists (?)",
          "(? limit 1)",
          "a = any (?)",
          "a >= all (?)",
          "b like '%%x' escape '|'",
          "b regexp 'a.*'",
          "b not rlike 'x'",
          "b sounds like 'x'",
          "not %",
          "-(%)",
          "~a",
          "! a",
          "% + %",
          "(%) div 2",
          "(%) mod 3",
          "(%) is null",
          "(%) is not true",
          "% <=> %",
          "(%) xor (%)",
          "a >> 1",
          "a % 2",
          "a || b",
          "a && b",
          "json_extract('{\"a\":1}', '$.a')",
          "json_object('k', %)",
          "json_unquote(json_array(%))",
          "binary b",
          "b collate utf8mb4_bin",
          "greatest(a, %)",
          "interval(a, 1, 2)",
          "left(b, 2)",
          "right(b, 2)",
          "insert(b, 1, 2, 'x')",
          "replace(b, 'a', %)",
          "mod(a, 2)",
          "char(65 using utf8mb4)",
          "position('a' in b)",
          "month(d)",
          "repeat('a', 3)",
          "format(a, 2)",
          "get_format(date, 'usa')",
          "timestampdiff(day, d, now())",
          "truncate(a, 1)",
          "weight_string(b as char(3))",
          "default(a)",
          "row(a, b) = row(1, %)",
          "(a, b) = (1, %)",
          "st_astext(point(1, 2))",
          "inet_aton('1.2.3.4')",
          "md5(%)",
          "sha2(%, 256)",
          "hex(%)",
          "aes_encrypt('a', 'b')",
          "field(%, 'a', 'b')",
          "str_to_date('2020', '%%Y')",
          "sleep(0)",
          "regexp_replace(b, 'a', 'b')",
          "regexp_substr(b, '[a-z]')",
          "convert_tz(d, '+00:00', '+01:00')",
          "extractvalue('<a>1</a>', '/a')",
          "find_in_set('a', b)",
          "benchmark(1, 1 + 1)",
          "year (d)",
          "to_days( d )",
          "sec_to_time(a)",
          "period_add(202001, 2)",
          "name_const('n', 1)");
  private static final List<String> AGGREGATES =
      List.of(
          "count(*)",
          "count(distinct a, b)",
          "sum(%)",
          "max(%)",
          "min(distinct a)",
          "avg(a)",
          "group_concat(distinct b order by a desc separator ',')",
          "json_arrayagg(a)",
          "json_objectagg(id, a)",
          "bit_or(a)",
          "std(a)",
          "var_pop(a)",
          "count(*) + max(a)");
  private static final List<String> WINDOWS =
      List.of(
          "row_number() over (order by id)",
          "rank() over w",
          "sum(a) over (partition by b)",
          "lag(a, 1) over (order by id)",
          "ntile(2) over (order by a)",
          "count(*) over ()",
          "first_value(a) over (order by id rows between 1 preceding and current row)",
          "max(a) over (w rows unbounded preceding)");
  private static final List<String> TAINTED =
      List.of(
          "f_read(1)",
          "test.f_read(%)",
          "`f_write`()",
          "f_write ()",
          "get_lock('x', 0)",
          "@x",
          "@x := %",
          "@`y` := 1",
          "last_insert_id()",
          "last_insert_id(%)",
          "row_count()",
          "found_rows()",
          "@@identity",
          "@@session.last_insert_id",
          "release_lock('x')",
          "connection_id()",
          "release_all_locks()",
          "if(a, f_write(), %)",
          "(select f_write() limit 1)",
          "/*! f_write() */",
          "/*!50000 get_lock('x',0) */",
          "benchmark(1, f_write())",
          "{fn f_write()}",
          "(select id from t1 limit 1 for update)",
          "@@autocommit",
          "exists (select 1 from t2 lock in share mode)",
          "is_used_lock('x')");
  private static final List<String> SEQUENCES =
      List.of(
          "nextval(s1)",
          "next value for s1",
          "setval(s1, 50)",
          "lastval(s1)",
          "previous value for s1",
          "next /* */ value for test.s1",
          "nextval(`s1`)");

  final Random random;
  private final boolean mariadb;

  /** Whether nothing was made but plain reads. */
  boolean plain = true;

  MySqlExpressions(Random random, boolean mariadb) {
    this.random = random;
    this.mariadb = mariadb;
  }

  String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  boolean oneOf(int n) {
    return random.nextInt(n) == 0;
  }

  /** A value of a row, tainted now and then. */
  String value(int depth) {
    if (oneOf(60)) {
      plain = false;
      return fill(mariadb && oneOf(3) ? pick(SEQUENCES) : pick(TAINTED), depth - 1);
    }
    return depth <= 0 || oneOf(3) ? leaf() : fill(pick(READS), depth - 1);
  }

  String aggregate(int depth) {
    return fill(pick(AGGREGATES), depth - 1);
  }

  String window() {
    return pick(WINDOWS);
  }

  private String leaf() {
    return pick(LEAVES);
  }

  private String fill(String template, int depth) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      boolean doubled = c == '%' && i + 1 < template.length() && template.charAt(i + 1) == '%';
      if (doubled) {
        filled.append('%');
        i++;
      } else if (c == '%' && template.startsWith("a % 2")) {
        filled.append(c);
      } else if (c == '%') {
        filled.append(value(depth));
      } else if (c == '?') {
        filled.append("select ").append(value(depth)).append(" from t2 as t1");
      } else {
        filled.append(c);
      }
    }
    return filled.toString();
  }
}
