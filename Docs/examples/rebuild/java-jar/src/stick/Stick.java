package stick;

/** Prints the notches of a sum. */
public final class Stick {
    private Stick() {}

    public static void main(String[] words) {
        System.out.println(new Notches(Long.parseLong(words[0])));
    }
}
