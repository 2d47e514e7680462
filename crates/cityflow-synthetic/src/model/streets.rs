//! Street names: made up, in the spelling of the counting network.

/// Gates of the ring road, counter-clockwise from the east.
const GATES: [&str; 26] = [
    "Bagnolet",
    "Lilas",
    "Pantin",
    "Villette",
    "Aubervilliers",
    "Chapelle",
    "Clignancourt",
    "St_Ouen",
    "Clichy",
    "Asnieres",
    "Champerret",
    "Maillot",
    "Dauphine",
    "Muette",
    "Passy",
    "St_Cloud",
    "Quai_Issy",
    "Vanves",
    "Chatillon",
    "Orleans",
    "Gentilly",
    "Italie",
    "Ivry",
    "Bercy",
    "Vincennes",
    "Montreuil",
];

const BOULEVARDS: [&str; 24] = [
    "Bd_des_Marronniers",
    "Bd_du_Belvedere",
    "Bd_des_Luthiers",
    "Bd_Marceline_Aubry",
    "Bd_des_Glycines",
    "Quai_des_Bateliers",
    "Bd_de_la_Fonderie",
    "Bd_Honore_Cassagne",
    "Bd_du_Reservoir",
    "Bd_des_Tisserands",
    "Quai_du_Vieux_Port",
    "Bd_Augustin_Delorme",
    "Bd_des_Acacias_Blancs",
    "Bd_de_l'Horloge",
    "Bd_Clemence_Vidal",
    "Quai_des_Lavandieres",
    "Bd_du_Moulin_Neuf",
    "Bd_des_Relieurs",
    "Bd_Octave_Brisson",
    "Bd_des_Sources",
    "Quai_de_la_Tannerie",
    "Bd_du_Colombier",
    "Bd_Jeanne_Roussel",
    "Bd_des_Fontaines",
];

const AVENUES: [&str; 32] = [
    "Av_des_Imprimeurs",
    "Av_du_Grand_Pre",
    "Rue_des_Vinaigriers_Neufs",
    "Av_Edmee_Laurier",
    "Rue_du_Four_a_Pain",
    "Av_de_la_Verrerie",
    "Rue_Basile_Morel",
    "Av_des_Tilleuls_Argentes",
    "Fbg_St_Roch",
    "Av_du_Pont_Rouge",
    "Rue_des_Cordiers",
    "Av_Lucien_Chabrol",
    "Rue_de_la_Boussole",
    "Av_des_Carriers",
    "Rue_Adele_Fontan",
    "Av_de_la_Pepiniere",
    "Fbg_St_Aubin",
    "Rue_du_Puits_Clos",
    "Av_Simon_Verdier",
    "Rue_des_Chaudronniers",
    "Av_du_Manege",
    "Rue_de_l'Ormeau",
    "Av_Rosalie_Perrin",
    "Rue_des_Trois_Lanternes",
    "Fbg_St_Blaise",
    "Av_de_la_Barriere",
    "Rue_Theophile_Garnier",
    "Av_des_Jardiniers",
    "Rue_du_Vieux_Lavoir",
    "Av_Armand_Sorel",
    "Rue_des_Porteurs_d'Eau",
    "Av_du_Champ_Long",
];

/// Streets that the faults know by name.
pub(crate) const CRITICAL_AXIS: &str = BOULEVARDS[0];
pub(crate) const HIGH_AXIS: &str = AVENUES[0];

/// The gate at `part` (0..1) of the ring road.
pub(crate) fn gate(edge: usize, edges: usize) -> String {
    let gate_of = |edge: usize| edge * GATES.len() / edges;
    let gate = gate_of(edge);
    // A long ring has several arcs a gate: the later ones are numbered.
    let first = (0..=edge).rev().take_while(|&before| gate_of(before) == gate).count();
    match first {
        1 => GATES[gate].to_owned(),
        number => format!("{}_{number}", GATES[gate]),
    }
}

/// A street along a ring.
pub(crate) fn boulevard(number: usize) -> String {
    numbered(&BOULEVARDS, number)
}

/// A street from the centre outwards.
pub(crate) fn avenue(number: usize) -> String {
    numbered(&AVENUES, number)
}

/// Large networks use the list again with a number behind the name.
fn numbered(names: &[&str], number: usize) -> String {
    let name = names[number % names.len()];
    match number / names.len() {
        0 => name.to_owned(),
        round => format!("{name}_{}", round + 1),
    }
}

/// The name in running text: `boulevard des Marronniers`.
pub(crate) fn spoken(label: &str) -> String {
    let words = label.replace('_', " ");
    for (short, long) in [("Bd ", "boulevard "), ("Av ", "avenue "), ("Fbg ", "faubourg ")] {
        if let Some(rest) = words.strip_prefix(short) {
            return format!("{long}{rest}");
        }
    }
    match words.split_once(' ') {
        Some((kind, rest)) => format!("{} {rest}", kind.to_lowercase()),
        None => words,
    }
}
