package dev.sluice.jdbc;

import java.util.List;
import java.util.Random;

/**
 * Expressions of PostgreSQL over the columns a and b, with the builtin syntax that looks like calls
 * and is none. In templates a space is a gap, {@code ^} a space of a literal, {@code I}, {@code T}
 * and {@code B} in braces an integer, a text, and a condition.
 */
final class PostgreSqlExpressions {
  private static final List<String> INTEGERS =
      List.of(
          "( {I} + {I} ) % 1000",
          "{I} - - {I}",
          "abs( {I} )",
          "length( {T} )",
          "coalesce( null , {I} )",
          "greatest( {I} , 1 , {I} )",
          "nullif( {I} , 3 )",
          "case when {B} then {I} else {I} end",
          "case {I} when 1 then 2 when {I} then 3 end",
          "cast( {I} as numeric(10,2) ) :: int",
          "( {I} ) :: numeric ( 12 , 1 ) :: bigint :: int4",
          "extract( year from timestamp '2024-02-03^04:05:06' ) :: int",
          "date_part( 'day' , now() ) :: int",
          "position( 'a' in {T} )",
          "( array[ {I} , 2 , 3 ] )[ 1 ]",
          "( array[ array[1, {I} ] , array[3,4] ] )[ 1 ][ 2 ]",
          "array_length( array[ {I} , {I} ] , 1 )",
          "cardinality( array( select {I} from t2 ) )",
          "( select max( id ) from t2 where {B} )",
          "( select count( distinct {I} ) filter ( where {B} ) from t2 ) :: int",
          "( select count( * ) from t2 x , lateral ( select x.id + {I} ) y ( z ) where z > 1 ) :: int",
          "( select percentile_disc( 0.5 ) within group ( order by {I} ) from t2 )",
          "( select sum( f ) from unnest( array[ {I} , 1 ] ) with ordinality as u ( f , n ) ) :: int",
          "ascii( {T} )",
          "width_bucket( {I} , 0 , 10 , 5 )",
          "num_nulls( {I} , null , {T} )",
          "jsonb_array_length( '[1,2]' )",
          "( '{\"k\":1}' :: jsonb ->> 'k' ) :: int",
          "json_value( '{\"a\":1}' , '$.a' returning int default {I} on empty )",
          "( row ( {I} , 'x' ) = row ( 1 , {T} ) ) :: int",
          "( interval '1' second ( 3 ) > interval '2^days' ) :: int",
          "pg_catalog.abs( {I} )",
          "\"abs\"( {I} )",
          "pg_catalog . \"abs\" ( {I} )",
          "{I} operator ( pg_catalog.+ ) 1",
          "bit_length( {T} )",
          "1_000",
          "0x1F",
          "int '7'",
          "length( cast( {I} as character varying ( 8 ) ) )",
          "upper( int4range( 1 , 5 ) )",
          "grouping_.v from ( select {I} as v ) grouping_");

  private static final List<String> TEXTS =
      List.of(
          "lower( {T} )",
          "{T} || {T}",
          "substring( {T} from 1 for 2 )",
          "overlay( {T} placing 'x' from 1 for 1 )",
          "trim( both 'x' from {T} )",
          "trim( leading from {T} )",
          "trim( trailing ( {T} ) from ( {T} ) )",
          "replace( {T} , 'nextval(1)' , 'y' )",
          "to_char( now() , 'YYYY' )",
          "( {I} ) :: text",
          "cast( {I} as varchar(10) )",
          "concat( {T} , {I} , null )",
          "format( '%s^%L' , {T} , {I} )",
          "md5( {T} )",
          "current_setting( 'server_version' )",
          "xmlserialize( content xmlelement( name x , {T} ) as text )",
          "'{\"a\":{\"b\":\"for^update\"}}' :: jsonb #>> '{a,b}'",
          "jsonb_build_object( 'a' , {I} ) :: text",
          "json_object( 'a' : {I} ) :: text",
          "( {T} ) collate \"C\"",
          "{T} :: character varying ( 20 )",
          "regexp_replace( {T} , '[0-9]+' , '#' , 'g' )",
          "array_to_string( array[ {T} , null , 'z' ] , ',' , '-' )",
          "normalize( {T} , nfc )",
          "( select string_agg( b , ';' order by {I} desc nulls last ) from t2 where {B} )",
          "coalesce( {T} , {T} )",
          "quote_literal( {T} )",
          "( now() at time zone 'UTC' ) :: date :: text",
          "( timestamp ( 3 ) with time zone '2024-01-01^00:00:00+00' ) :: text",
          "( {B} ) :: text",
          "left( {T} , {I} )",
          "'x'\n'y'",
          "$$it's^; delete$$",
          "$q$ $$^nextval('s1')^$q$",
          "E'a\\\\'",
          "U&'\\0066or^update'",
          "'--^/*'",
          "''",
          "to_tsvector( 'english' , {T} ) :: text",
          "current_user :: text",
          "reverse( {T} )",
          "repeat( {T} , 2 )");

  private static final List<String> CONDITIONS =
      List.of(
          "{I} = {I}",
          "{I} <> {I} or {B}",
          "{I} between symmetric {I} and {I}",
          "{I} in ( 1 , {I} )",
          "{I} in ( select id from t2 where {B} )",
          "exists ( select from t2 where {B} )",
          "not exists ( table t2 )",
          "{T} like 'a%' escape '!'",
          "{T} not like ( {T} ) escape ( '!' )",
          "{T} not ilike ( 'A' || '%' )",
          "{T} similar to ( '%(a|b)%' )",
          "{T} ~* 'x'",
          "{T} is not null",
          "{I} is distinct from {I}",
          "( {I} , {T} ) is not distinct from ( 1 , {T} )",
          "not ( {B} ) and {B}",
          "{I} = any ( array[ 1 , {I} ] )",
          "{I} >= all ( select {I} from t2 )",
          "{I} = some ( values ( 1 ) , ( {I} ) )",
          "jsonb_exists( '{\"k\":1}' , 'k' )",
          "'{\"k\":1}' :: jsonb @> '{}'",
          "( date '2024-01-01' , date '2024-02-01' ) overlaps ( date '2024-01-15' , interval '3^days' )",
          "{T} is normalized",
          "'{}' is json object",
          "isfinite( date '2024-01-01' )",
          "array[ {I} ] && array[ 1 , 2 ]",
          "int4range( 1 , 5 ) @> {I}",
          "{I} < {I} is true",
          "xmlexists( '//a' passing '<a/>' )",
          "random() >= 0",
          "to_tsvector( {T} ) @@ to_tsquery( 'a&b' )");

  private final Random random;
  private String hazard = "";

  PostgreSqlExpressions(Random random) {
    this.random = random;
  }

  /** An integer that does what no read does; it comes up somewhere, or is still {@link #left}. */
  void hide(String integer) {
    hazard = integer;
  }

  /** What has not come up. */
  String left() {
    String left = hazard;
    hazard = "";
    return left;
  }

  String integer(int depth) {
    if (!hazard.isEmpty() && random.nextInt(3) == 0) {
      return left();
    }
    if (depth <= 0 || random.nextInt(3) == 0) {
      return any(List.of("1", "42", "a", "id", "a", "2.5 :: int", "+3"));
    }
    String template = any(INTEGERS);
    return template.contains(" from ( select {I} as v )")
        ? "( select " + fill(template, depth) + " )"
        : fill(template, depth);
  }

  String text(int depth) {
    return depth <= 0 || random.nextInt(3) == 0
        ? any(List.of("'x'", "b", "b", "'it''s'", "n'n'"))
        : fill(any(TEXTS), depth);
  }

  String condition(int depth) {
    return depth <= 0
        ? any(List.of("a > 1", "true", "b is null", "id = 1"))
        : fill(any(CONDITIONS), depth);
  }

  private String fill(String template, int depth) {
    StringBuilder filled = new StringBuilder();
    int from = 0;
    for (int at = template.indexOf('{'); at >= 0; at = template.indexOf('{', from)) {
      filled.append(template, from, at);
      boolean place = at + 2 < template.length() && template.charAt(at + 2) == '}';
      char what = place ? template.charAt(at + 1) : ' ';
      switch (what) {
        case 'I' -> filled.append(integer(depth - 1));
        case 'T' -> filled.append(text(depth - 1));
        case 'B' -> filled.append("( ").append(condition(depth - 1)).append(" )");
        default -> filled.append('{');
      }
      from = what == ' ' ? at + 1 : at + 3;
    }
    return filled.append(template, from, template.length()).toString();
  }

  <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
