//! The lines of the network with a few stops each: public codes, made-up bus lines.

/// Mode of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Metro,
    Rer,
    Tram,
    Transilien,
    Bus,
}

impl Mode {
    /// As the outputs of the platform spell it.
    pub(crate) fn output(self) -> &'static str {
        match self {
            Self::Metro => "metro",
            Self::Rer => "rer",
            Self::Tram => "tram",
            Self::Transilien => "transilien",
            Self::Bus => "bus",
        }
    }

    /// As the bulk feed spells it, which is also navitia's identifier.
    pub(crate) fn bulk(self) -> &'static str {
        match self {
            Self::Metro => "Metro",
            Self::Rer => "RapidTransit",
            Self::Tram => "Tramway",
            Self::Transilien => "LocalTrain",
            Self::Bus => "Bus",
        }
    }

    /// As navitia and the riders name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metro => "Métro",
            Self::Rer => "RER",
            Self::Tram => "Tramway",
            Self::Transilien => "Train Transilien",
            Self::Bus => "Bus",
        }
    }

    /// Identifier and name of the network.
    pub(crate) fn network(self) -> (&'static str, &'static str) {
        match self {
            Self::Rer => ("network:IDFM:71", "RER"),
            Self::Transilien => ("network:IDFM:1046", "Transilien"),
            _ => ("network:IDFM:Operator_100", "RATP"),
        }
    }
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) mode: Mode,
    pub(crate) stops: [&'static str; 4],
}

#[rustfmt::skip] // a row a line
const METRO: [(&str, [&str; 4]); 16] = [
    ("1", ["La Défense", "Concorde", "Bastille", "Château de Vincennes"]),
    ("2", ["Porte Dauphine", "Place de Clichy", "Stalingrad", "Nation"]),
    ("3", ["Pont de Levallois - Bécon", "Opéra", "République", "Gallieni"]),
    ("4", ["Porte de Clignancourt", "Gare du Nord", "Châtelet", "Bagneux - Lucie Aubrac"]),
    ("5", ["Bobigny Pablo Picasso", "Gare de l'Est", "Oberkampf", "Place d'Italie"]),
    ("6", ["Charles de Gaulle - Étoile", "Trocadéro", "Denfert-Rochereau", "Nation"]),
    ("7", ["La Courneuve - 8 Mai 1945", "Gare de l'Est", "Jussieu", "Mairie d'Ivry"]),
    ("8", ["Balard", "Invalides", "République", "Pointe du Lac"]),
    ("9", ["Pont de Sèvres", "La Muette", "Oberkampf", "Mairie de Montreuil"]),
    ("10", ["Boulogne Pont de Saint-Cloud", "Duroc", "Jussieu", "Gare d'Austerlitz"]),
    ("11", ["Châtelet", "Belleville", "Mairie des Lilas", "Rosny - Bois-Perrier"]),
    ("12", ["Mairie d'Aubervilliers", "Pigalle", "Montparnasse - Bienvenüe", "Mairie d'Issy"]),
    ("13", ["Châtillon Montrouge", "Invalides", "La Fourche", "Saint-Denis - Université"]),
    ("14", ["Saint-Denis - Pleyel", "Saint-Lazare", "Gare de Lyon", "Aéroport d'Orly"]),
    ("3bis", ["Gambetta", "Pelleport", "Saint-Fargeau", "Porte des Lilas"]),
    ("7bis", ["Louis Blanc", "Botzaris", "Danube", "Pré Saint-Gervais"]),
];
#[rustfmt::skip] // a row a line
const RER: [(&str, u32, [&str; 4]); 5] = [
    ("A", 1742, ["Nanterre-Préfecture", "Auber", "Nation", "Torcy"]),
    ("B", 1743, ["Aulnay-sous-Bois", "Gare du Nord", "Denfert-Rochereau", "Robinson"]),
    ("C", 1727, ["Pontoise", "Invalides", "Bibliothèque François Mitterrand", "Juvisy"]),
    ("D", 1728, ["Goussainville", "Châtelet - Les Halles", "Villeneuve-Saint-Georges", "Melun"]),
    ("E", 1729, ["Nanterre-La Folie", "Haussmann Saint-Lazare", "Noisy-le-Sec", "Tournan"]),
];
#[rustfmt::skip] // a row a line
const TRAM: [(&str, u32, [&str; 4]); 6] = [
    ("T1", 1389, ["Asnières Quatre Routes", "Gare de Saint-Denis", "La Courneuve", "Noisy-le-Sec"]),
    ("T2", 1390, ["Pont de Bezons", "La Défense", "Suzanne Lenglen", "Porte de Versailles"]),
    ("T3a", 1391, ["Pont du Garigliano", "Porte d'Orléans", "Porte d'Italie", "Porte de Vincennes"]),
    ("T3b", 1679, ["Porte de Vincennes", "Porte de Pantin", "Porte de la Chapelle", "Porte Dauphine"]),
    ("T4", 1843, ["Bondy", "Gargan", "Freinville Sevran", "Aulnay-sous-Bois"]),
    ("T6", 1794, ["Châtillon - Montrouge", "Vélizy 2", "Inovel Parc Nord", "Viroflay Rive Droite"]),
];
#[rustfmt::skip] // a row a line
const TRANSILIEN: [(&str, u32, [&str; 4]); 9] = [
    ("H", 1737, ["Gare du Nord", "Saint-Denis", "Ermont - Eaubonne", "Persan - Beaumont"]),
    ("J", 1739, ["Saint-Lazare", "Argenteuil", "Conflans", "Mantes-la-Jolie"]),
    ("K", 1738, ["Gare du Nord", "Mitry - Claye", "Dammartin", "Crépy-en-Valois"]),
    ("L", 1740, ["Saint-Lazare", "La Défense", "Saint-Cloud", "Versailles Rive Droite"]),
    ("N", 1736, ["Montparnasse", "Versailles Chantiers", "Plaisir", "Rambouillet"]),
    ("P", 1730, ["Gare de l'Est", "Chelles", "Meaux", "Provins"]),
    ("R", 1731, ["Gare de Lyon", "Melun", "Fontainebleau", "Montereau"]),
    ("U", 1741, ["La Défense", "Saint-Cloud", "Versailles Chantiers", "La Verrière"]),
    ("V", 2711, ["Versailles Chantiers", "Jouy-en-Josas", "Igny", "Massy-Palaiseau"]),
];
const BUS_STOPS: [&str; 4] = ["Mairie", "Rue du Vieux Lavoir", "Place du Colombier", "Gare"];
/// Bus lines of the network.
pub(crate) const BUSES: u32 = 40;

/// Every line: metro first, buses last.
pub(crate) fn lines() -> Vec<Line> {
    let line = |id: u32, code: &str, mode, stops| Line {
        id: format!("line:IDFM:C{id:05}"),
        code: code.to_owned(),
        mode,
        stops,
    };
    let metro = (1371..).zip(METRO).map(|(id, (code, stops))| line(id, code, Mode::Metro, stops));
    let of = |mode| move |(code, id, stops): (&str, u32, [&'static str; 4])| line(id, code, mode, stops);
    let rail = RER.into_iter().map(of(Mode::Rer)).chain(TRAM.into_iter().map(of(Mode::Tram)));
    let rail = rail.chain(TRANSILIEN.into_iter().map(of(Mode::Transilien)));
    let bus = (0..BUSES).map(|number| line(1020 + number * 3, &(20 + number * 7).to_string(), Mode::Bus, BUS_STOPS));
    metro.chain(rail).chain(bus).collect()
}

/// Lines that are not buses come first.
pub(crate) const RAIL_LINES: usize = METRO.len() + RER.len() + TRAM.len() + TRANSILIEN.len();
