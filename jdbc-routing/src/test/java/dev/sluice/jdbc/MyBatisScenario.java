package dev.sluice.jdbc;

import dev.sluice.testkit.DatabaseEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.session.TransactionIsolationLevel;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/** What applications do through MyBatis. */
final class MyBatisScenario implements FrameworksIT.Scenario {
  /** A row. */
  static final class Person {
    private int id;
    private String name = "";

    int id() {
      return id;
    }

    static Person named(String name) {
      Person person = new Person();
      person.name = name;
      return person;
    }

    @Override
    public String toString() {
      return id + "=" + name;
    }
  }

  /** The statements. */
  interface People {
    @Update("DROP TABLE IF EXISTS fw_people")
    void drop();

    @Update("${text}")
    void create(@Param("text") String text);

    @Insert("INSERT INTO fw_people (name) VALUES (#{name})")
    @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
    int add(Person person);

    @Select("SELECT id, name FROM fw_people ORDER BY id")
    List<Person> all();

    @Select("SELECT id, name FROM fw_people ORDER BY id")
    @Options(fetchSize = 1)
    Cursor<Person> cursor();

    @Select("SELECT COUNT(*) AS n, MIN(name) AS least FROM fw_people")
    Map<String, Object> summary();

    @Update("UPDATE fw_people SET name = #{name} WHERE id = #{id}")
    int rename(@Param("id") int id, @Param("name") String name);

    @Delete("DELETE FROM fw_people WHERE id = #{id}")
    int remove(@Param("id") int id);
  }

  @Override
  public List<String> run(DataSource source, DatabaseEngine engine) {
    List<String> seen = new ArrayList<>();
    Configuration configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), source));
    configuration.addMapper(People.class);
    SqlSessionFactory sessions = new SqlSessionFactoryBuilder().build(configuration);
    try (SqlSession session = sessions.openSession(true)) {
      People people = session.getMapper(People.class);
      people.drop();
      people.create(
          engine != DatabaseEngine.POSTGRESQL
              ? "CREATE TABLE fw_people (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50))"
              : "CREATE TABLE fw_people (id SERIAL PRIMARY KEY, name VARCHAR(50))");
    }
    transactions(sessions, seen);
    batches(sessions, seen);
    try (SqlSession session = sessions.openSession(true)) {
      session.getMapper(People.class).drop();
    }
    return seen;
  }

  private static void transactions(SqlSessionFactory sessions, List<String> seen) {
    try (SqlSession session = sessions.openSession()) {
      People people = session.getMapper(People.class);
      Person one = Person.named("one");
      seen.add("added " + people.add(one) + " as " + one.id());
      seen.add("inside " + people.all());
      session.commit();
      seen.add("changed " + people.rename(one.id(), "ONE") + " " + people.all());
      session.rollback();
      seen.add("undone " + people.all());
    }
    try (SqlSession session = sessions.openSession(true)) {
      People people = session.getMapper(People.class);
      Person two = Person.named("two");
      people.add(two);
      seen.add("autocommit " + two.id() + " " + people.all());
      seen.add("removed " + people.remove(99) + " " + people.summary());
    }
    try (SqlSession session = sessions.openSession(TransactionIsolationLevel.SERIALIZABLE)) {
      seen.add("serializable " + session.getMapper(People.class).all());
    }
    try (SqlSession session = sessions.openSession()) {
      People people = session.getMapper(People.class);
      people.add(Person.named("never committed"));
    }
    try (SqlSession session = sessions.openSession(true)) {
      seen.add("closed " + session.getMapper(People.class).all());
    }
  }

  private static void batches(SqlSessionFactory sessions, List<String> seen) {
    try (SqlSession session = sessions.openSession(ExecutorType.BATCH)) {
      People people = session.getMapper(People.class);
      for (int i = 0; i < 5; i++) {
        people.add(Person.named("batch " + i));
      }
      people.rename(1, "renamed");
      seen.add("flushed " + session.flushStatements().size());
      session.commit();
    }
    try (SqlSession session = sessions.openSession(ExecutorType.REUSE)) {
      People people = session.getMapper(People.class);
      seen.add("reused " + people.all());
      people.rename(1, "again");
      session.commit();
      session.clearCache();
      seen.add("reused " + people.all());
      int rows = 0;
      for (Person each : people.cursor()) {
        rows += each.id() > 0 ? 1 : 0;
      }
      seen.add("cursor " + rows);
      seen.add("fails " + failure(() -> people.create("CREATE TABLE fw_people (id INT)")));
    }
  }

  private static String failure(Runnable action) {
    try {
      action.run();
      return "nothing failed";
    } catch (PersistenceException e) {
      return String.valueOf(e.getCause() == null ? null : e.getCause().getClass());
    }
  }
}
